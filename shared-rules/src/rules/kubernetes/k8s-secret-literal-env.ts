import { isChoice, isHarmless, secretIn } from '../../knowledge/secrets.js';
import type { Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-secret-literal-env',
  kinds: ['kubernetes'],
  severity: 'error',
  profile: 'recommended',
  tags: ['kubernetes', 'security', 'secrets'],
  since: 'next',
  summary: 'Take secrets from a Secret, not from the manifest.',
  docs: `
A password in a manifest is in the repository for ever, and in the API for everybody who may read pods or config maps,
which is far more people than may read secrets.

Put it into a Secret, made outside of the repository, and refer to it: \`valueFrom.secretKeyRef\` for a variable, or a
volume, which is better still, since it is not handed on to child processes. Then change the password.
Empty values, references such as \`$(NAME)\` and values that are plainly no secrets are left alone.`,
  sources: {
    'Using secrets as environment variables':
      'https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/',
    'Good practices for secrets': 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: { allow: { type: 'strings', default: [], about: 'Names that are no secrets, whatever they look like.' } },
  examples: [
    {
      title: 'A key in a job that runs by the clock',
      bad: `
        apiVersion: batch/v1
        kind: CronJob
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                    - name: backup
                      env:
                        - { name: AWS_SECRET_ACCESS_KEY, value: «wJalrXUtnFEMIK7MDENG» }`,
    },
    {
      title: 'A password in a variable, and in a config map',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              env:
                - name: DB_PASSWORD
                  value: «hunter2»
        ---
        apiVersion: v1
        kind: ConfigMap
        data:
          API_TOKEN: «"gh5-88ffe1"»`,
    },
    {
      title: 'From a Secret, from a file, from another variable, or empty',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              env:
                - name: DB_PASSWORD
                  valueFrom:
                    secretKeyRef: { name: db, key: password }
                - name: DB_PASSWORD_FILE
                  value: /run/secrets/db
                - name: API_TOKEN
                  value: $(TOKEN)
                - name: SESSION_SECRET
                  value: ""
                - name: SESSION_TOKEN`,
    },
    {
      title: 'What a template fills in, and what is allowed',
      options: { allow: ['DEMO_PASSWORD'] },
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              env:
                - name: DB_PASSWORD
                  value: {{ .Values.password | quote }}
                - name: DEMO_PASSWORD
                  value: letmein`,
    },
    {
      title: 'In a Secret, where it belongs if it is encrypted or made elsewhere',
      good: `
        apiVersion: v1
        kind: Secret
        stringData:
          DB_PASSWORD: hunter2`,
    },
  ],
  *check(file, { options: { allow } }) {
    const isSecret = (name: Word, value: Word | undefined): value is Word => {
      const found = secretIn(name.text);
      if (found === undefined || !value?.literal || allow.includes(name.text) || isHarmless(value.text)) return false;
      return found !== 'auth' || !isChoice(value.text);
    };
    for (const container of file.containers()) {
      for (const { name, value } of container.environment) {
        if (!isSecret(name, value)) continue;
        yield { at: value, message: say`${name.text} stands in the manifest for everybody to read.` };
      }
    }
    for (const { kind, map } of file.objects) {
      if (kind.text !== 'ConfigMap') continue;
      for (const { key, value } of map.map('data')?.all() ?? []) {
        // A key with a dot is a file.
        if (value.type !== 'scalar' || value.style === 'block' || key.text.includes('.')) continue;
        if (isSecret(key, value))
          yield { at: value, message: say`${key.text} stands in a config map, which is no secret.` };
      }
    }
  },
});
