-- Neovim as the client of nostall-clangd: what a user does, step by step, with
-- what the user would see printed. Environment: SETUP, the lines that
-- docs/editor.md tells users to write.
vim.o.swapfile = false
vim.o.hidden = true

local function say(...)
  io.stdout:write(string.format(...), "\n")
end

local function fail(what)
  say("FAILED: %s", what)
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then
    fail("waited for " .. what)
  end
end

local function name(uri_or_path)
  return vim.fn.fnamemodify(uri_or_path, ":t")
end

local function ours()
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    local lsp = d.user_data.lsp
    if type(lsp.code) == "string" and lsp.code:match("^nostall%-") then
      table.insert(found, { line = d.lnum + 1, message = d.message, lsp = lsp })
    end
  end
  table.sort(found, function(a, b) return a.line < b.line end)
  return found
end

local function show(title)
  say("== %s", title)
  for _, d in ipairs(ours()) do
    say("%s:%d: %s [%s]", name(vim.api.nvim_buf_get_name(0)), d.line, d.message, d.lsp.code)
  end
end

local set_up, why_not = pcall(dofile, vim.env.SETUP)
if not set_up then fail(why_not) end

local function open(file)
  vim.cmd("edit " .. file)
end

local function line_of(text)
  return vim.fn.search("\\V" .. text, "cnw")
end

local function put_cursor(text)
  local at = vim.fn.searchpos("\\V" .. text, "cnw")
  vim.api.nvim_win_set_cursor(0, { at[1], at[2] - 1 })
end

local function steps()
  open("server.cpp")
  wait("the finding through the header and the other file", function() return #ours() == 1 end)
  show("opened")
  local finding = ours()[1].lsp
  say("documentation: %s", finding.codeDescription.href)
  for _, step in ipairs(finding.relatedInformation) do
    say("trace: %s:%d: %s", name(vim.uri_to_fname(step.location.uri)),
      step.location.range.start.line + 1, step.message)
  end

  -- Along the trace to the call that blocks, in the other file.
  local last
  for _, step in ipairs(finding.relatedInformation) do
    if step.message:match("sync") then last = step.location end
  end
  vim.lsp.util.jump_to_location(last, "utf-16")
  say("== jumped to %s:%d '%s'", name(vim.api.nvim_buf_get_name(0)),
    vim.api.nvim_win_get_cursor(0)[1], vim.fn.expand("<cword>"))
  open("store.cpp")
  wait("the finding where it blocks", function() return #ours() == 1 end)
  show("the other end")

  -- Typing: the finding goes with its call, and comes with another one.
  vim.cmd("buffer server.cpp")
  local call = line_of("flush();")
  vim.api.nvim_buf_set_lines(0, call - 1, call, true, {})
  wait("no finding", function() return #ours() == 0 end)
  show("deleted the call")
  local count = line_of("int Count")
  vim.api.nvim_buf_set_lines(0, count, count, true, { "  flush();" })
  wait("the finding in the other coroutine", function() return #ours() == 1 end)
  show("typed it elsewhere")

  -- The quick fix, as the user asks for it.
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      say("offered: %s", (options.format_item or tostring)(item))
    end
    choose(items[1], 1)
  end
  put_cursor("flush();")
  vim.lsp.buf.code_action()
  wait("the quick fix", function() return line_of("NOLINTNEXTLINE") ~= 0 end)
  wait("no finding after the fix", function() return #ours() == 0 end)
  show("applied the fix")
  local at = line_of("NOLINTNEXTLINE")
  for _, line in ipairs(vim.api.nvim_buf_get_lines(0, at - 1, at + 1, true)) do
    say("|%s", line)
  end

  -- What clangd does anyway.
  put_cursor("flush();")
  vim.lsp.buf.definition()
  wait("the definition", function() return name(vim.api.nvim_buf_get_name(0)) == "store.h" end)
  say("== definition in %s:%d", name(vim.api.nvim_buf_get_name(0)),
    vim.api.nvim_win_get_cursor(0)[1])
  vim.cmd("buffer server.cpp")
  vim.api.nvim_buf_set_lines(0, at, at + 1, true, { "  flus" })
  vim.api.nvim_win_set_cursor(0, { at + 1, 5 })
  local position = vim.lsp.util.make_position_params(0, "utf-16")
  position.position.character = 6
  local answer = vim.lsp.buf_request_sync(0, "textDocument/completion", position, 30000)
  for _, item in ipairs(answer[nostall].result.items) do
    local label = vim.trim(item.label)
    if label == "flush()" then say("== completion offers %s", label) end
  end
end

vim.schedule(function()
  local good, problem = xpcall(steps, debug.traceback)
  if not good then fail(problem) end
  vim.lsp.stop_client(nostall)
  vim.wait(5000, function() return vim.lsp.client_is_stopped(nostall) end, 20)
  vim.cmd("qall!")
end)
