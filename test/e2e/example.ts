/** The text that both editors open; it breaks each of {@link RULES}. */
export const DOCKERFILE = `FROM python:3.12-slim
MAINTAINER Ada Lovelace <ada@example.com>
ENV APP_HOME /srv/app
WORKDIR $APP_HOME
RUN apt-get update && apt-get install curl
RUN pip install -r requirements.txt
COPY . .
CMD gunicorn app:api --worker-tmp-dir /tmp --bind 0.0.0.0:8000
`;

/** Rules that must report something in {@link DOCKERFILE}; others may do so as well. */
export const RULES = [
  'maintainer-deprecated',
  'legacy-key-value',
  'apt-assume-yes',
  'apt-no-recommends',
  'pip-no-cache',
  'gunicorn-worker-tmp-dir',
  'user-missing',
] as const;
