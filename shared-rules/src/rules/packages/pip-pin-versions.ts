import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { PIP_INSTALL } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'pip-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'python', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3013'] },
  summary: 'Name the version of every package that pip installs.',
  docs: `
Without a version, two builds of one commit differ: pip installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`package==1.2.3\` pins it. Better still, list everything in a file with hashes and install that: \`pip install -r
requirements.txt\`, or take the lock file of uv or Poetry. Then what the packages themselves need is pinned as well.`,
  sources: {
    'pip, "Repeatable installs"': 'https://pip.pypa.io/en/stable/topics/repeatable-installs/',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3013',
      they: 'flags a word that is a variable',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3013',
      they: 'flags the project itself with extras, as `.[dev]`',
      we: 'silent',
      why: 'It is the source that is built.',
    },
  ],
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM python:3.12
        RUN pip install «flask»`,
    },
    {
      title: 'Several, with one that is pinned; by the module; with extras',
      bad: `
        FROM python:3.12
        RUN pip3 install --no-cache-dir \\
              requests==2.32.3 \\
              # for the workers
              «uvicorn[standard]» \\
              httpx
        RUN python -m pip install --upgrade «pip»
        ONBUILD RUN pip install -U «wheel»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM python:3.12
        RUN pip install flask==3.0.3 'django>=5,<6' 'celery~=5.4' "gunicorn==$VERSION" a===1 'b!=2'
        RUN pip install git+https://example.com/x.git@v1 ./wheels/a.whl b.tar.gz https://example.com/c.zip`,
    },
    {
      title: 'What a file tells, and the project itself',
      good: `
        FROM python:3.12
        RUN pip install -r requirements.txt && pip install --requirement requirements.txt wheel && pip install -rdev.txt && pip install --requirement=a.txt
        RUN pip install -c constraints.txt flask && pip install --constraint=c.txt flask
        RUN pip install . && pip install .[dev] && pip install -e . && pip install ./lib && pip install`,
    },
    {
      title: 'The values of flags, and other calls',
      good: `
        FROM python:3.12
        RUN pip install --index-url https://example.com/simple --target /x -i https://example.com --no-binary all flask==3.0.3
        RUN pip download flask && pip uninstall flask && pipenv install flask`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM python:3.12
        RUN pip install $PACKAGES "\${NAME}" && sudo pip install flask
        RUN echo pip install flask`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM python:3.12
        RUN pip install «$PACKAGES»
        RUN sudo pip install «flask»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM python:3.12
        RUN pip install «$PACKAGES» && pip install «.[dev]» && pip install «git+ssh:x»
        RUN pipx install «black» && pip install --upgrade «pip» && python3 -m pip install «flask» && sudo pip install x`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM python:3.12
        RUN pip install -r a.txt flask && pip install -c b.txt flask && pip install . flask && pip install --constraint=c flask
        RUN pip install a==1 'b>=2' git+ssh://git@example.com/x.git@v1 c.whl d/e && pipenv install flask && pip install -t x y==1`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, PIP_INSTALL, options, ['hadolint/DL3013']);
  },
});
