import { replace, suggestion } from '../../edit.js';
import { arrayOf, plainWords } from '../../knowledge/exec-form.js';
import { mountsTools, shellMayCome, startsWithoutShell } from '../../knowledge/shell-in-image.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'shell-form-in-shellless-base',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['runtime', 'broken-build'],
  since: 'next',
  summary: 'Use the exec form where the image has no shell.',
  docs: `
The shell form runs \`/bin/sh -c\`, and this image holds no \`/bin/sh\`. A RUN stops the build; a CMD or ENTRYPOINT builds
well and then the container dies at once with "no such file or directory", and a HEALTHCHECK never succeeds.
scratch, distroless images and the runtime images of Chainguard and of .NET (chiseled) are such images.

Write the command as a JSON array, which is started without a shell. Do what needs a shell in a stage before and copy the
result. For a look inside, distroless has \`debug\` tags.

Nothing is said where a SHELL is set, or where a shell may have been copied in.`,
  sources: {
    'Shell and exec form': 'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form',
    Distroless: 'https://github.com/GoogleContainerTools/distroless#entrypoints',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An entrypoint of distroless',
      bad: `
        FROM gcr.io/distroless/static-debian12
        COPY server /server
        ENTRYPOINT «/server --port 8080»`,
      good: `
        FROM gcr.io/distroless/static-debian12
        COPY server /server
        ENTRYPOINT ["/server", "--port", "8080"]`,
    },
    {
      title: 'From nothing, in a stage that starts from another, and a health check',
      bad: `
        FROM scratch AS base
        COPY server /
        FROM base
        HEALTHCHECK --interval=5s CMD «/server health»
        CMD «/server»`,
      good: `
        FROM scratch AS base
        COPY server /
        FROM base
        HEALTHCHECK --interval=5s CMD ["/server", "health"]
        CMD ["/server"]`,
    },
    {
      title: 'What only a shell could read',
      bad: `
        FROM gcr.io/distroless/python3-debian12:nonroot
        RUN «mkdir /data && touch /data/a»
        RUN «<<EOF»
        mkdir /data
        EOF
        CMD «python3 main.py --port $PORT»`,
    },
    {
      title: 'The runtime images of Chainguard and .NET',
      bad: `
        FROM cgr.dev/chainguard/python:latest
        CMD «python main.py»
        FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled
        ENTRYPOINT «dotnet shop.dll»`,
      good: `
        FROM cgr.dev/chainguard/python:latest
        CMD ["python", "main.py"]
        FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled
        ENTRYPOINT ["dotnet", "shop.dll"]`,
    },
    {
      title: 'Exec forms',
      good: `
        FROM gcr.io/distroless/base-debian12
        RUN ["/server", "--init"]
        HEALTHCHECK CMD ["/server", "health"]
        HEALTHCHECK NONE
        CMD ["/server"]`,
    },
    {
      title: 'A shell that is set, or copied in',
      good: `
        FROM scratch
        COPY busybox /bin/busybox
        SHELL ["/bin/busybox", "sh", "-c"]
        CMD /server
        FROM gcr.io/distroless/base-debian12
        COPY --from=busybox:1.37-uclibc /bin/sh /bin/sh
        CMD /server
        FROM scratch
        ADD rootfs.tar.xz /
        CMD bash
        FROM scratch
        COPY --from=0 / /
        CMD bash
        FROM scratch
        COPY --from=0 /out /
        ENTRYPOINT /bin/app --serve`,
    },
    {
      title: 'A shell for one RUN, from a mount',
      good: `
        FROM gcr.io/distroless/static-debian12
        RUN --mount=type=bind,from=busybox:1.37,source=/bin,target=/bin echo a > /a`,
    },
    {
      title: 'Variants that have a shell',
      good: `
        FROM gcr.io/distroless/static-debian12:debug-nonroot
        CMD /server
        FROM cgr.dev/chainguard/python:latest-dev
        RUN pip install flask
        FROM cgr.dev/chainguard/go:latest
        RUN go build -o /server .
        FROM cgr.dev/chainguard/wolfi-base
        RUN apk add curl`,
    },
    {
      title: 'Bases that are not known',
      good: `
        ARG BASE
        FROM $BASE
        CMD /server
        FROM registry.example.com/team/base:1
        CMD /server
        FROM debian:12
        CMD /server`,
    },
  ],
  *check(file) {
    const hasShell = shellMayCome(file);
    for (const node of file.all('RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK')) {
      const { stage, form, keyword } = node;
      const at = node.commandText;
      if (form === 'exec' || !at || !stage || !startsWithoutShell(stage) || hasShell(node)) continue;
      // A RUN in an empty image is the affair of shell-run-in-scratch.
      if (keyword === 'RUN' && (mountsTools(node) || stage.rootImage?.value === 'scratch')) continue;
      const words = keyword === 'RUN' ? undefined : plainWords(node);
      yield {
        at,
        message: say`${keyword} needs a shell here, and ${stage.rootImage?.value ?? 'the image'} has none.`,
        ...(words ? { fix: suggestion('Write it as a JSON array', replace(at, arrayOf(words))) } : {}),
      };
    }
  },
});
