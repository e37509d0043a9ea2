import { replace, suggestion, type Fix } from '../../edit.js';
import { buildWeight, startCommands } from '../../knowledge/building.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { ancestry, type Command, type Image, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'dotnet-sdk-in-final-stage',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'size', 'security', 'dotnet'],
  since: 'next',
  summary: 'Run a .NET program on the runtime image, not on the SDK.',
  docs: `
The SDK image holds compilers, PowerShell and a package manager, some 600 MB more than \`aspnet\`. A published program uses
none of it, but pulls, scans and patches it.

Publish in a stage on \`sdk\`, and run on \`mcr.microsoft.com/dotnet/aspnet\`, or on \`runtime\` where no web server is needed.
Since .NET 8 these images have a user of their own, \`USER $APP_UID\`, and programs listen on 8080 rather than 80.`,
  sources: {
    '.NET images': 'https://github.com/dotnet/dotnet-docker/blob/main/documentation/image-variants.md',
    'Containerize a .NET app': 'https://learn.microsoft.com/en-us/dotnet/core/docker/build-container',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A published program on the SDK',
      bad: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build
        RUN dotnet publish -o /app
        FROM «mcr.microsoft.com/dotnet/sdk:9.0»
        COPY --from=build /app /app
        ENTRYPOINT ["dotnet", "/app/shop.dll"]`,
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build
        RUN dotnet publish -o /app
        FROM mcr.microsoft.com/dotnet/aspnet:9.0
        COPY --from=build /app /app
        ENTRYPOINT ["dotnet", "/app/shop.dll"]`,
    },
    {
      title: 'A final stage that starts from the one that builds, and the old image',
      bad: `
        FROM node:24-slim AS assets
        RUN npm run build
        FROM «microsoft/dotnet:2.1-sdk» AS build
        RUN dotnet publish -o /app
        FROM build
        COPY --from=assets /dist /dist
        CMD dotnet /app/shop.dll`,
    },
    {
      title: 'The runtime image',
      good: `
        FROM mcr.microsoft.com/dotnet/aspnet:9.0
        ENTRYPOINT ["dotnet", "/app/shop.dll"]`,
    },
    {
      title: 'What needs the SDK: watch, test',
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0
        ENTRYPOINT ["dotnet", "test", "shop.dll"]`,
    },
    {
      title: 'Nothing that is started',
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0
        RUN dotnet tool install -g tool`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0 AS dev
        ENTRYPOINT ["dotnet", "shop.dll"]`,
    },
    {
      title: 'A single stage that builds is another rule',
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0
        RUN dotnet publish -o /app
        ENTRYPOINT ["dotnet", "/app/shop.dll"]`,
      except: ['behind another stage'],
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const image = stage?.rootImage;
    if (!stage || !image || !isSdk(image) || isForDevelopment(stage, file)) return;
    if (!startCommands(stage).some(runsAssembly)) return;
    if (file.stages.length === 1 && buildWeight(file) >= 4) return;
    yield {
      at: image,
      message: say`The SDK is shipped with the program; a published program needs the runtime alone.`,
      fix: onRuntime(stage, image),
    };
  },
});

const isSdk = ({ name, tag, resolved }: Image): boolean => {
  const full = resolved?.name ?? name;
  const version = resolved?.tag ?? tag?.text ?? '';
  return (
    /^mcr\.microsoft\.com\/dotnet\/(core\/|nightly\/)?sdk$/.test(full) ||
    (full === 'microsoft/dotnet' && /(^|-)sdk(-|$)/.test(version))
  );
};

const runsAssembly = ({ program, subcommand }: Command): boolean =>
  program.text === 'dotnet' && subcommand?.text.toLowerCase().endsWith('.dll') === true;

/** The runtime of the same version, where nothing in the stage needs the SDK. */
function onRuntime(stage: Stage, { nameWord, digest }: Image): Fix | undefined {
  const builds = ancestry(stage).some(({ instructions }) =>
    instructions.some(
      (node) =>
        node.keyword === 'RUN' &&
        (node.script?.readable === false ||
          node.commands.some(({ program }) => /^(dotnet|pwsh|git|curl)$/.test(program.text))),
    ),
  );
  if (builds || digest || !nameWord.literal || !nameWord.text.endsWith('/dotnet/sdk')) return undefined;
  return suggestion('Run on aspnet', replace(nameWord, nameWord.text.replace(/sdk$/, 'aspnet')));
}
