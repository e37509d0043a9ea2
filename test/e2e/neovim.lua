-- Opens the file on the command line against one language server, does what NEOVIM_CASE asks for,
-- and prints what happened as one line of JSON. For Neovim 0.7 and later.
local case = vim.fn.json_decode(vim.env.NEOVIM_CASE)
local seen = {}

local function await(what, condition)
  if not vim.wait(case.limit, condition, 10) then
    error('waited in vain: ' .. what)
  end
end

local function request(client, method, params)
  local answer, failure = client.request_sync(method, params, case.limit, 0)
  if not answer then
    error(method .. ': ' .. tostring(failure))
  end
  if answer.err then
    error(method .. ': ' .. vim.inspect(answer.err))
  end
  return answer.result
end

-- The diagnostics as the server sent them; Neovim keeps some of their members aside.
local function diagnostics()
  return vim.tbl_map(function(diagnostic)
    local aside = diagnostic.user_data and diagnostic.user_data.lsp or {}
    return {
      range = {
        start = { line = diagnostic.lnum, character = diagnostic.col },
        ['end'] = { line = diagnostic.end_lnum, character = diagnostic.end_col },
      },
      message = diagnostic.message,
      severity = diagnostic.severity,
      source = diagnostic.source,
      code = diagnostic.code or aside.code,
      codeDescription = aside.codeDescription,
      tags = aside.tags,
      relatedInformation = aside.relatedInformation,
      data = aside.data,
    }
  end, vim.diagnostic.get(0))
end

local function findings_of(rule)
  return vim.tbl_filter(function(diagnostic)
    return diagnostic.code == rule
  end, diagnostics())
end

local function text()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

local function apply_fix(client, document, finding)
  local actions = request(client, 'textDocument/codeAction', {
    textDocument = document,
    range = finding.range,
    context = { diagnostics = { finding } },
  }) or {}
  seen.actions = vim.tbl_map(function(action)
    return action.title
  end, actions)
  for _, action in ipairs(actions) do
    if action.title == case.fix then
      if not action.edit then
        action = request(client, 'codeAction/resolve', action)
      end
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      return
    end
  end
  error('no action called ' .. case.fix)
end

local ok, failure = pcall(function()
  vim.bo.filetype = 'dockerfile'
  local id = vim.lsp.start_client({
    name = 'plimsoll',
    cmd = case.command,
    root_dir = vim.fn.getcwd(),
    on_exit = function(code, signal)
      seen.exit = { code = code, signal = signal }
    end,
  })
  if not id then
    error('the server did not start')
  end
  vim.lsp.buf_attach_client(0, id)
  local client
  await('initialize', function()
    client = vim.lsp.get_client_by_id(id)
    return seen.exit or (client and client.initialized)
  end)
  if seen.exit then
    error('the server ended at once')
  end
  local document = vim.lsp.util.make_text_document_params(0)

  await('diagnostics of ' .. case.rule, function()
    return #findings_of(case.rule) > 0
  end)
  seen.diagnostics = diagnostics()

  local finding = findings_of(case.rule)[1]
  local hover = request(client, 'textDocument/hover', { textDocument = document, position = finding.range.start })
  seen.hover = hover and hover.contents

  apply_fix(client, document, finding)
  seen.fixed = text()
  await('no diagnostics of ' .. case.rule .. ' after its fix', function()
    return #findings_of(case.rule) == 0
  end)

  vim.api.nvim_buf_set_lines(0, case.edit.line - 1, case.edit.line, false, { case.edit.text })
  await('no diagnostics of ' .. case.edit.settles .. ' after the edit', function()
    return #findings_of(case.edit.settles) == 0
  end)
  seen.left = diagnostics()

  client.stop()
  await('the end of the server', function()
    return seen.exit ~= nil
  end)
end)

if not ok then
  seen.failure = tostring(failure)
end
io.stdout:write(vim.fn.json_encode(seen) .. '\n')
vim.cmd(ok and 'qall!' or 'cquit 1')
