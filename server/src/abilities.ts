import type { ClientCapabilities } from 'vscode-languageserver';

/** What the client can do, as far as it changes what the server sends. */
export interface Abilities {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  /** Answers `workspace/configuration`. */
  readonly hasConfiguration: boolean;
  readonly registersConfiguration: boolean;
  readonly hasFolders: boolean;
  readonly registersWatchers: boolean;
  readonly hasRelativePatterns: boolean;
  readonly hasDocumentChanges: boolean;
  readonly createsFiles: boolean;
  /** Asks for the edits of a code action only once it is chosen. */
  readonly resolvesEdits: boolean;
  readonly readsMarkdown: boolean;
}

export function abilitiesOf({ textDocument, workspace }: ClientCapabilities): Abilities {
  const { codeAction } = textDocument ?? {};
  const { workspaceEdit } = workspace ?? {};
  const hasDocumentChanges = workspaceEdit?.documentChanges === true;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    hasConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    hasFolders: workspace?.workspaceFolders === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    hasRelativePatterns: workspace?.didChangeWatchedFiles?.relativePatternSupport === true,
    hasDocumentChanges,
    createsFiles: hasDocumentChanges && workspaceEdit.resourceOperations?.includes('create') === true,
    resolvesEdits: codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes('edit') === true,
    readsMarkdown: textDocument?.hover?.contentFormat?.includes('markdown') === true,
  };
}
