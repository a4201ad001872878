;;; emacs.el --- Eglot as a client of nostall-clangd -*- lexical-binding: t -*-
;; What a user does, step by step, with what the user would see printed.
;; Environment: SETUP, the lines that docs/editor.md tells users to write.
(require 'package)
;; Without -Q Debian's start-up file does this.
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
(require 'cl-lib)
(require 'cc-mode)
(load (getenv "SETUP") nil t)
(require 'eglot)
(require 'flymake)

(setq create-lockfiles nil
      make-backup-files nil
      eglot-autoshutdown nil
      eglot-sync-connect 30
      eglot-send-changes-idle-time 0.1
      flymake-no-changes-timeout 0.1)

(defun say (&rest what)
  (princ (concat (apply #'format what) "\n")))

(defvar published nil "The version of server.cpp that diagnostics came for.")
(cl-defmethod eglot-handle-notification :after
  (_server (_method (eql textDocument/publishDiagnostics)) &key uri version
           &allow-other-keys)
  (when (string-suffix-p "server.cpp" uri)
    (setq published version)))

(defun wait (what condition)
  "Until CONDITION holds of the diagnostics of this buffer as it is now."
  (let ((end (time-add nil 30)))
    (while (not (and (eql published eglot--versioned-identifier)
                     (funcall condition)))
      (when (time-less-p end nil)
        (say "FAILED: waited for %s" what)
        (kill-emacs 1))
      (accept-process-output nil 0.05)
      ;; Changes go out when Emacs is idle, which a batch run never is.
      (eglot--signal-textDocument/didChange))))

(defun ours ()
  "Diagnostics of ours in this buffer, by line."
  (sort (cl-remove-if-not
         (lambda (d) (string-match-p "nostall-" (flymake-diagnostic-text d)))
         (flymake-diagnostics))
        (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b)))))

(defun show (title)
  (say "== %s" title)
  (dolist (d (ours))
    (say "%s:%d: %s" (buffer-name) (line-number-at-pos (flymake-diagnostic-beg d))
         (flymake-diagnostic-text d))))

(defun go-to (text)
  (goto-char (point-min))
  (search-forward text)
  (goto-char (match-beginning 0)))

(find-file "server.cpp")
(let ((inhibit-message t))
  (call-interactively #'eglot))
(wait "the finding through the header and the other file"
      (lambda () (= (length (ours)) 1)))
(show "opened")

;; Typing: the finding goes with its call, and comes with another one.
(go-to "flush();")
(delete-region (line-beginning-position) (1+ (line-end-position)))
(wait "no finding" (lambda () (null (ours))))
(show "deleted the call")
(go-to "int Count")
(forward-line 1)
(insert "  flush();\n")
(wait "the finding in the other coroutine" (lambda () (= (length (ours)) 1)))
(show "typed it elsewhere")

;; The quick fix, as the user asks for it.
(go-to "flush();")
(let* ((offered (eglot-code-actions (point) (line-end-position) "quickfix"))
       (fix (cl-find-if (lambda (a) (string-match-p "NOLINTNEXTLINE" (plist-get a :title)))
                        offered)))
  (say "offered: %s" (plist-get fix :title))
  (let ((eglot-confirm-server-initiated-edits nil))
    (if (plist-get fix :command)
        (eglot-execute-command (eglot--current-server-or-lose)
                               (intern (plist-get (plist-get fix :command) :command))
                               (plist-get (plist-get fix :command) :arguments))
      (eglot--apply-workspace-edit (plist-get fix :edit)))))
(wait "no finding after the fix" (lambda () (null (ours))))
(show "applied the fix")
(go-to "// NOLINTNEXTLINE")
(say "|%s" (buffer-substring (line-beginning-position) (line-end-position)))

;; What clangd does anyway.
(go-to "flush();")
(let ((xref-prompt-for-identifier nil))
  (call-interactively #'xref-find-definitions))
(say "== definition in %s:%d" (buffer-name) (line-number-at-pos))
(switch-to-buffer "server.cpp")
(go-to "flush();")
(delete-region (point) (line-end-position))
(insert "flus")
(eglot--signal-textDocument/didChange)
(let* ((capf (eglot-completion-at-point))
       (all (all-completions "flus" (nth 2 capf))))
  (when (cl-find-if (lambda (c) (string-match-p "flush" c)) all)
    (say "== completion offers flush")))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot--current-server-or-lose) nil nil nil)
