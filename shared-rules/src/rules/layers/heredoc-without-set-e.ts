import { addLineBefore, suggestion } from '../../edit.js';
import { goesOnAfterFailure, hasErrexit } from '../../knowledge/errexit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'heredoc-without-set-e',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['build', 'correctness'],
  since: 'next',
  summary: 'Begin a heredoc of several commands with set -e, so that a failure stops the build.',
  docs: `
The lines of a heredoc are a script, and a shell goes on after a line that fails. Only the last line decides whether the
RUN succeeds: a download or a compiler may fail, and the image is built and pushed all the same, broken.

Write \`set -e\` as its first line, or give SHELL the option: \`SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\`.`,
  sources: {
    'Here-documents': 'https://docs.docker.com/reference/dockerfile/#here-documents',
    'set -e': 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#set',
  },
  examples: [
    {
      title: 'A failing download would go unnoticed',
      bad: `
        FROM debian:12
        RUN «<<EOF»
        curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz
        tar -xzf /tmp/tool.tar.gz -C /opt
        rm /tmp/tool.tar.gz
        EOF`,
      good: `
        FROM debian:12
        RUN <<EOF
        set -e
        curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz
        tar -xzf /tmp/tool.tar.gz -C /opt
        rm /tmp/tool.tar.gz
        EOF`,
    },
    {
      title: 'Other options of the shell do not do it; a comment stays above',
      bad: `
        FROM debian:12
        RUN --network=none «<<-'EOT'»
        	# build
        	set -ux
        	make
        	make install
        EOT`,
      good: `
        FROM debian:12
        RUN --network=none <<-'EOT'
        	# build
        	set -e
        	set -ux
        	make
        	make install
        EOT`,
    },
    {
      title: 'set -e in its many spellings',
      good: `
        FROM debian:12
        RUN <<EOF
        set -eux
        make
        make install
        EOF
        RUN <<EOF
        export CFLAGS=-O2
        set -o errexit
        make
        make install
        EOF
        RUN <<EOF
        set -u -o pipefail -e
        make
        make install
        EOF`,
    },
    {
      title: 'A SHELL that stops, and a script that says so itself',
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
        RUN <<EOF
        make
        make install
        EOF
        RUN <<EOF
        #!/bin/sh -e
        make
        make install
        EOF`,
    },
    {
      title: 'Other interpreters',
      good: `
        FROM python:3.12
        RUN <<EOF
        #!/usr/bin/env python3
        import sys
        print(sys.version)
        EOF
        RUN python3 <<EOF
        import sys
        print(sys.version)
        EOF`,
    },
    {
      title: 'One command, or commands that are all joined, or that cannot fail',
      good: `
        FROM debian:12
        RUN <<EOF
        make install
        EOF
        RUN <<EOF
        make &&
          make install
        EOF
        RUN <<EOF
        echo building
        CC=gcc
        export CC
        make install
        EOF
        RUN <<EOF
        make || exit 1
        make install
        EOF`,
    },
    {
      title: 'A heredoc that is the input of a command',
      good: `
        FROM debian:12
        RUN cat <<EOF > /etc/motd
        Welcome
        Be nice
        EOF
        COPY <<EOF /etc/issue
        one
        two
        EOF`,
    },
    {
      title: 'Windows',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        SHELL ["powershell", "-Command"]
        RUN <<EOF
        New-Item a
        New-Item b
        EOF`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('RUN')) {
      const { script } = node;
      const [heredoc] = node.heredocs;
      if (node.form !== 'heredoc' || !heredoc?.terminated || !script?.readable || heredoc.body.startsWith('#!'))
        continue;
      // Another program, such as `bash -e`, may read the script.
      if (node.words.length > 1 || hasErrexit(node.state.shellWords)) continue;
      const [first] = script.statements;
      if (!first || !goesOnAfterFailure(script)) continue;
      yield {
        at: heredoc.marker,
        message: say`Only the last line decides whether this succeeds: a failure before it goes unnoticed.`,
        fix: suggestion('Begin with set -e', addLineBefore(first, 'set -e')),
      };
    }
  },
});
