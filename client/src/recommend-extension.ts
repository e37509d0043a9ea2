import { Range, Uri, window, workspace, WorkspaceEdit, type TextDocument, type WorkspaceFolder } from 'vscode';

import { recommend } from './recommendations.js';

const PATH = '.vscode/extensions.json';
const OPEN = 'Open File';

/** Adds the extension to those that a folder recommends to whoever opens it, and says so. */
export async function recommendExtension(id: string): Promise<void> {
  const folder = await chosenFolder();
  if (!folder) return;
  const file = Uri.joinPath(folder.uri, PATH);
  const document = await openIfThere(file);
  const outcome = recommend(id, document?.getText());
  if (outcome.kind === 'unreadable') {
    await say(
      window.showErrorMessage(`${PATH} could not be read, so nothing was added. Correct it first.`, OPEN),
      file,
    );
  } else if (outcome.kind === 'unchanged') {
    await say(window.showInformationMessage(`${PATH} recommends Plimsoll already.`, OPEN), file);
  } else if (await write(file, document, outcome.text)) {
    const message = `Added Plimsoll to the recommendations in ${PATH}: VS Code offers it to whoever opens ${folder.name}.`;
    await say(window.showInformationMessage(message, OPEN), file);
  } else {
    await say(window.showErrorMessage(`${PATH} could not be changed.`, OPEN), file);
  }
}

async function chosenFolder(): Promise<WorkspaceFolder | undefined> {
  const [first, ...others] = workspace.workspaceFolders ?? [];
  if (others.length > 0) {
    return window.showWorkspaceFolderPick({ placeHolder: 'The folder whose users are to be recommended Plimsoll' });
  }
  if (!first) void window.showWarningMessage('Open a folder first: recommendations are kept in a folder.');
  return first;
}

async function openIfThere(file: Uri): Promise<TextDocument | undefined> {
  try {
    await workspace.fs.stat(file);
  } catch {
    return undefined;
  }
  return workspace.openTextDocument(file);
}

/** What the user has not saved yet stays unsaved. */
async function write(file: Uri, document: TextDocument | undefined, text: string): Promise<boolean> {
  if (!document) {
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    return true;
  }
  const { isDirty } = document;
  const edit = new WorkspaceEdit();
  const end = document.positionAt(document.getText().length);
  edit.replace(file, new Range(document.positionAt(0), end), text);
  return (await workspace.applyEdit(edit)) && (isDirty || (await document.save()));
}

async function say(answer: Thenable<string | undefined>, file: Uri): Promise<void> {
  if ((await answer) === OPEN) await window.showTextDocument(file);
}
