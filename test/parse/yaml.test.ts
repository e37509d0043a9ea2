import assert from 'node:assert/strict';
import type { ComposeFile } from '../../shared-rules/src/model/compose.js';
import type { ContainerSettings } from '../../shared-rules/src/model/containers.js';
import type { Manifest } from '../../shared-rules/src/model/kubernetes.js';
import { read, table } from './tables.js';

const compose = (text: string): ComposeFile => read('compose', text);
const manifest = (text: string): Manifest => read('kubernetes', text);

const under = (text: string, { span }: { readonly span: { start: number; end: number } }): string =>
  text.slice(span.start, span.end);
const problems = (file: ComposeFile | Manifest): string =>
  file.problems.map(({ at, message }) => `${message} {${under(file.text, at)}}`).join(' ');

/** A service in one line: what a rule may ask it. */
const service = (text: string): string => {
  const file = compose(`services:\n  web:\n${text.replace(/^/gm, '    ')}\n`);
  const [web] = file.services();
  return web ? described(file.text, web) : 'none';
};

function described(source: string, container: ContainerSettings): string {
  const amount = (name: string, found: ContainerSettings['memoryLimit']): string =>
    found ? ` ${name}=${found.value}{${under(source, found.node)}}` : '';
  const { image, environment, entrypoint, mounts } = container;
  return [
    under(source, container.name),
    image ? ` image=${image.name}:${image.tag ?? ''}@${image.digest ?? ''}` : '',
    environment
      .map(
        ({ name, value }) =>
          ` ${name.text}{${under(source, name)}}=${value ? `${value.text}{${under(source, value)}}` : '-'}`,
      )
      .join(''),
    entrypoint ? ` [${entrypoint.map(({ text }) => text).join('|')}]` : '',
    container.arguments
      ? ` (${container.arguments.map((word) => `${word.text}{${under(source, word)}}`).join('|')})`
      : '',
    mounts.map(({ type, source: from, target }) => ` ${type}:${from ?? '-'}>${target ?? '?'}`).join(''),
    amount('memory', container.memoryLimit),
    amount('request', container.memoryRequest),
    amount('cpu', container.cpuLimit),
  ].join('');
}

table('A Compose service', service, [
  ['image: nginx:1.29', 'web image=nginx:1.29@'],
  ['image: "localhost:5000/a/b@sha256:1"', 'web image=localhost:5000/a/b:@sha256:1'],
  ['environment:\n  A: x\n  B: "y z"\n  C:', 'web A{A}=x{x} B{B}=y z{"y z"} C{C}=-'],
  ['environment:\n  - A=x\n  - "B=y z"\n  - C', 'web A{A}=x{x} B{B}=y z{y z} C{C}=-'],
  ['environment: {A: 1, B: }', 'web A{A}=1{1} B{B}=-'],
  ['command: gunicorn -w 4 "a b" x\\ y', 'web (gunicorn{gunicorn}|-w{-w}|4{4}|a b{"a b"}|x y{x\\ y})'],
  ['command: ["a", b c]\nentrypoint: tini --', 'web [tini|--] (a{"a"}|b c{b c})'],
  ['command: >\n  a\n  b', 'web (a{>⏎      a⏎      b}|b{>⏎      a⏎      b})'],
  [
    'volumes:\n  - db:/data\n  - ./x:/y:ro\n  - /anon\n  - C:\\x:/y',
    'web volume:db>/data bind:./x>/y volume:->/anon bind:C:\\x>/y',
  ],
  ['volumes:\n  - ${D:-./x}:/y\n  - {type: bind, source: ., target: /z}', 'web :${D:-./x}>/y bind:.>/z'],
  ['tmpfs: /tmp:size=1m', 'web tmpfs:->/tmp'],
  ['mem_limit: 512m\ncpus: 0.5', 'web memory=536870912{512m} cpu=0.5{0.5}'],
  [
    'deploy:\n  resources:\n    limits: {memory: 1gb, cpus: "2"}\n    reservations: {memory: $M}',
    'web memory=1073741824{1gb} request=undefined{$M} cpu=2{"2"}',
  ],
  ['ima', 'none'],
  ['', 'none'],
]);

const ports = (text: string): string =>
  compose(`services:\n  a:\n    ports: ${text}\n`)
    .services()
    .flatMap((found) => found.ports)
    .map(({ target, protocol, word }) => `${target ?? '?'}/${protocol}{${word.text}}`)
    .join(' ');

table('Ports', ports, [
  ['[80, "8080:80", "127.0.0.1:1:2/udp"]', '80/tcp{80} 80/tcp{80} 2/udp{2}'],
  ['["3000-3005", "${P:-8080}:80", "80:$Q"]', '?/tcp{3000-3005} 80/tcp{80} ?/tcp{$Q}'],
  ['[{target: 80, published: 8080}]', '80/tcp{80}'],
]);

const build = (text: string): string => {
  const found = compose(`services:\n  a:\n    build: ${text}\n`).services()[0]?.build;
  return found
    ? `${found.context ?? '?'} ${found.dockerfile ?? '?'} ${found.target?.text ?? '-'} ${found.args.map(({ name }) => name.text).join()}`
    : 'none';
};

table('Builds', build, [
  ['.', '. Dockerfile - '],
  ['../app', '../app Dockerfile - '],
  ['{context: a, dockerfile: b/Dockerfile.x, target: dev, args: {A: 1}}', 'a b/Dockerfile.x dev A'],
  ['{args: [A=1, B]}', '. Dockerfile - A,B'],
  ['https://github.com/a/b.git', '? Dockerfile - '],
  ['$HERE', '? Dockerfile - '],
  ['{dockerfile_inline: FROM x}', '. ? - '],
  ['', 'none'],
]);

const pod = (text: string): string =>
  `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: app\n${text.replace(/^/gm, '      ')}\n`;
const container = (text: string): string => {
  const file = manifest(pod(text));
  return file
    .containers()
    .map((found) => described(file.text, found))
    .join('; ');
};

table('A container of Kubernetes', container, [
  ['image: nginx:1.29', 'app image=nginx:1.29@'],
  ['env:\n- name: A\n  value: x\n- name: B\n  valueFrom: {}', 'app A{A}=x{x} B{B}=-'],
  ['command: [a]\nargs: [b, $(C)]', 'app [a] (b{b}|$(C){$(C)})'],
  [
    'resources:\n  limits: {memory: 1Gi, cpu: 500m}\n  requests: {memory: 1e9}',
    'app memory=1073741824{1Gi} request=1000000000{1e9} cpu=0.5{500m}',
  ],
  ['image: "{{ .Values.image }}:{{ .Values.tag }}"', 'app'],
  ['image: {{ .Values.image | quote }}', 'app'],
]);

const kinds = (text: string): string =>
  manifest(text)
    .containers()
    .map(
      ({ name, workload, isInit }) =>
        `${workload.kind.text}/${workload.name?.text ?? '-'}/${name.text}${isInit ? ' init' : ''}`,
    )
    .join(' ');

table('Workloads', kinds, [
  [`${pod('image: a')}---\n${pod('image: a')}`, 'Pod/-/app Pod/-/app'],
  ['apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{name: x}]}', 'Pod/-/x'],
  [
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: n}\nspec: {jobTemplate: {spec: {template: {spec: {initContainers: [{name: i}, {name: s, restartPolicy: Always}], containers: [{image: x}]}}}}}',
    'CronJob/n/i init CronJob/n/s CronJob/n/x',
  ],
  ['apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n', ''],
  ['apiVersion: v1\nkind: ConfigMap\ndata: {a: b}', ''],
  ['kind: Pod\nspec: {containers: [{name: x}]}', ''],
]);

const lacking = (text: string): string => {
  const [found] = manifest(pod(text)).containers();
  return ['resources', 'resources.limits', 'resources.limits.memory', 'image']
    .filter((path) => found?.settings.lacks(...path.split('.')))
    .join(' ');
};

table('What is surely not there', lacking, [
  ['image: a', 'resources resources.limits resources.limits.memory'],
  ['resources:', 'resources resources.limits resources.limits.memory image'],
  ['resources: {limits: {cpu: 1}}', 'resources.limits.memory image'],
  ['resources: {{ toYaml .Values.resources }}', 'image'],
  ['resources:\n  {{- toYaml .Values.resources | nindent 8 }}', 'image'],
  ['resources:\n  limits:\n    {{- toYaml .Values.limits | nindent 10 }}\n    cpu: 1', 'image'],
  ['{{- with .Values.resources }}\nresources:\n  limits:\n    cpu: 1\n{{- end }}', 'resources.limits.memory image'],
  ['{{- include "more" . | nindent 6 }}\nimage: a', ''],
  ['image: a\n{{- include "more" . }}', ''],
  ['resources: *gone', 'image'],
]);

const partial = (text: string): string =>
  manifest(text)
    .containers()
    .map((found) => `${found.name.text} ${found.isPartial} ${found.lacks('resources')}`)
    .join('; ');

table('Parts of a container, as kustomize lays them over others', partial, [
  [pod('image: a'), 'app false true'],
  [pod('tty: true'), 'app true false'],
  [
    pod('image: a')
      .replace('v1', 'apps/v1')
      .replace('Pod', 'Deployment')
      .replace('spec:', 'spec: {template: {spec: {containers: [{name: x, image: a}]}}}\nignored:'),
    'x true false',
  ],
]);

const merged = (text: string): string => {
  const file = compose(text);
  return file
    .services()
    .map(
      (found) =>
        `${found.name.text}: ${[...found.settings.all()].map(({ key, value }) => `${key.text}${value.isShared ? '*' : ''}`).join(' ')}`,
    )
    .join('; ');
};

table('Anchors and merges', merged, [
  ['x-a: &a\n  image: i\n  tty: true\nservices:\n  s:\n    <<: *a\n    tty: false', 's: tty image*'],
  ['x-a: &a {image: i}\nx-b: &b {tty: 1, image: j}\nservices: {s: {<<: [*a, *b], init: true}}', 's: init image* tty*'],
  ['services:\n  s: &s\n    image: i\n  t: *s', 's: image*; t: image*'],
  ['services:\n  s: &s\n    <<: *s\n    image: i', 's: image*'],
  ['services:\n  s:\n    <<: *none\n    image: i', 's: image'],
]);

const said = (text: string): string => problems(compose(text));

table('Problems', said, [
  ['', ''],
  ['\uFEFFservices:\r\n  a:\r\n    image: b\r\n', ''],
  ['services:\n  web:\n    ima', ''],
  ['a: 1\na: 2\n', 'The key a is here twice. {a}'],
  ['a:\n\tb: 1\n', 'Tabs are not allowed as indentation. {→}'],
  ['{{- if .Values.on }}\n{{- end }}\n', ''],
  ['a: {{ .b }}\na: "{{ .c | default "d" }}"\n  - broken', ''],
  ['{{ unclosed\na: 1', ''],
  ['{{/*\n a comment: of\n  - lines\n*/}}\na: 1', ''],
  ['a: "unclosed\nb: 1\n', 'This quote is never closed. {"}'],
]);

describe('Broken YAML', () => {
  it('is read as far as it goes', () => {
    const file = compose('services:\n  a:\n    image: x\n    ports: [80\n  b:\n    image: y\n');
    assert.deepEqual(
      file.services().map(({ name }) => name.text),
      ['a', 'b'],
    );
    assert.equal(file.problems.length, 1);
  });

  it('stands no bomb of aliases in the way', () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? 'x0: &x0 {a: b}'
        : `x${level}: &x${level} {<<: [${Array(10)
            .fill(`*x${level - 1}`)
            .join()}], k${level}: [${Array(10)
            .fill(`*x${level - 1}`)
            .join()}]}`,
    );
    const file = compose(`${levels.join('\n')}\nservices:\n  s: *x29\n`);
    assert.equal([...(file.services()[0]?.settings.all() ?? [])].length, 30);
    assert.ok(file.partAt(file.services()[0]?.name ?? file));
  });

  it('nested beyond all measure is a problem, and no end of the stack', () => {
    for (const text of ['['.repeat(50_000), '- '.repeat(50_000), '{a: '.repeat(50_000)]) {
      assert.ok(compose(text).problems.length > 0, text.slice(0, 10));
    }
  });

  it('of great length is read in time', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `  s${at}:\n    image: a:1\n    environment: [A=b]\n`);
    const start = performance.now();
    const file = compose(`services:\n${many.join('')}`);
    assert.equal(file.services().length, 5_000);
    for (const found of file.services().slice(0, 50)) file.partAt(found.name);
    assert.ok(performance.now() - start < 10_000);
  });
});

const covered = (text: string): string => {
  const file = manifest(text);
  return file.comments
    .map((comment) => {
      const part = file.partAfter(comment);
      return `${comment.text}: ${part ? under(text, part).replace(/\s+/g, ' ') : '-'}`;
    })
    .join('; ');
};

table('What a comment speaks for', covered, [
  ['a:\n  # x\n  b: 1\n  c: 2', 'x: b: 1'],
  ['a:\n  # x\n\n  b:\n    c: 1\n  d: 2', 'x: b: c: 1'],
  ['a:\n  # x\n  - b: 1\n    c: 2\n  - d', 'x: - b: 1 c: 2'],
  ['# x\na: 1\nb: 2\n---\nc: 3', 'x: a: 1 b: 2'],
  ['a: 1\nb: 2 # x\nc: 3', 'x: b: 2'],
  ['a:\n  b: 1\n  # x\nc: 3', 'x: c: 3'],
  ['a: {b: 1, # x\n c: 2}', 'x: a: {b: 1, # x c: 2}'],
  ['a: "# x"\nb: |\n  # y\n', ''],
  ['a: 1\n# x', 'x: -'],
]);

describe('The part around a node', () => {
  it('is the widest that begins on its line', () => {
    const text = pod('image: a:1\nenv:\n- name: A\n  value: b');
    const file = manifest(text);
    const [found] = file.containers();
    assert.ok(found);
    const shown = (path: readonly (string | number)[]): string => {
      const at = found.get(...path);
      const part = at && file.partAt(at);
      return part ? under(text, part).replace(/\s+/g, ' ') : '-';
    };
    assert.equal(shown(['name']), '- name: app image: a:1 env: - name: A value: b');
    assert.equal(shown(['image']), 'image: a:1');
    assert.equal(shown(['env', 0, 'value']), 'value: b');
    assert.equal(shown(['env', 0, 'name']), '- name: A value: b');
  });
});
