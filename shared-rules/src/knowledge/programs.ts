/** What the command lines of programs look like: which flags take a value, and which programs run another. */

export interface FlagTable {
  /** Flags whose value is the rest of the word, or the next word. */
  readonly values: ReadonlySet<string>;
  /** Flags whose value, if they have one, stands in the same word: `-q=2`, `--color=always`. */
  readonly optional: ReadonlySet<string>;
  /** Whether long flags begin with one dash, so that letters are never gathered behind it. */
  readonly singleDash: boolean;
  /** Whether the first word is a cluster of flags even without a dash: `tar xzf`. */
  readonly oldStyle: boolean;
}

export interface Wrapper extends FlagTable {
  /** Operands that come before the inner command: the duration of `timeout`, the user of `gosu`. */
  readonly operands: number;
  /** Whether words of the form NAME=VALUE may come before the inner command. */
  readonly assigns: boolean;
  /** Flags with which it runs nothing: `command -v`. */
  readonly idle: ReadonlySet<string>;
  /** Whether its one operand is a text for a shell. */
  readonly evaluates: boolean;
  /** The flags with which it hands a text to a shell: the operand behind them, or their value if they take one. */
  readonly scriptFlags: ReadonlySet<string>;
}

/** The flags of the program; a table without entries when nothing is known of it. */
export function flagTable(program: string): FlagTable {
  return TABLES.get(program) ?? TABLES.get(familyOf(program)) ?? UNKNOWN;
}

/** How the program runs another, if it does. */
export const wrapperOf = (program: string): Wrapper | undefined => WRAPPERS.get(program);

/** Whether the program is a Python interpreter, whose `-m` names the program it becomes. */
export const isPython = (program: string): boolean => familyOf(program) === 'python';

/** The program without its version: `python3.12` and `pypy3` are `python`, `pip3` is `pip`, `g++-12` stays. */
function familyOf(program: string): string {
  const match = /^(python|pypy|pip|gcc|ruby|php|node)[\d.]{1,8}$/.exec(program);
  const family = match?.[1] ?? program;
  return family === 'pypy' ? 'python' : family;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

const table = (
  values: string,
  optional = '',
  form: { readonly singleDash?: boolean; readonly oldStyle?: boolean } = {},
): FlagTable => ({
  values: words(values),
  optional: words(optional),
  singleDash: form.singleDash ?? false,
  oldStyle: form.oldStyle ?? false,
});

const UNKNOWN = table('');

// apt-get(8), apt(8)
const APT = table(
  `-t --target-release --default-release -o --option -c --config-file -a --host-architecture
   -P --build-profiles --solver --planner`,
  '-q --quiet --color',
);
// dnf(8), yum(8), microdnf(8)
const DNF = table(
  `-c --config -x --exclude --excludepkgs -d --debuglevel -e --errorlevel -R --randomwait --rpmverbosity
   --enablerepo --disablerepo --repo --repoid --repofrompath --installroot --setopt --releasever
   --advisory --advisories --bz --bzs --cve --cves --sec-severity --secseverity --forcearch --comment
   --downloaddir --destdir --disableexcludes --disableplugin --enableplugin --color --from-repo`,
);
// pip(1), `pip install --help`
const PIP = table(
  `-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links
   --trusted-host --cache-dir --log --log-file --timeout --retries --cert --client-cert --proxy --exists-action
   --python --python-version --platform --implementation --abi --root --prefix --src -b --build --upgrade-strategy
   -C --config-settings --config-setting --global-option --install-option --build-option --no-binary --only-binary
   --progress-bar --report --group --use-feature --use-deprecated --keyring-provider --root-user-action
   -w --wheel-dir -d --dest --path --resume-retries --build-constraint`,
);
// useradd(8)
const USERADD = table(
  `-u --uid -g --gid -G --groups -d --home-dir --home -s --shell -c --comment -b --base-dir -e --expiredate
   -f --inactive -k --skel -K --key -p --password -R --root -P --prefix -Z --selinux-user`,
);
// adduser(8) of Debian, adduser of BusyBox: long forms of the first, short forms of the second
const ADDUSER = table(
  `-h -g -s -G -u -k --home --shell --uid --gid --firstuid --lastuid --firstgid --lastgid --ingroup
   --gecos --comment --conf --add_extra_groups --skel --root`,
);
// groupadd(8)
const GROUPADD = table('-g --gid -K --key -p --password -R --root -P --prefix -U --users');
// addgroup(8) of Debian and BusyBox
const ADDGROUP = table('-g --gid --conf --firstgid --lastgid --uid --ingroup --home --shell');
// npm-config(7)
const NPM = table(
  `--loglevel --registry -C --prefix --tag --cache --omit --include -w --workspace --only --also --userconfig
   --globalconfig --fetch-retries --fetch-retry-factor --fetch-retry-mintimeout --fetch-retry-maxtimeout
   --fetch-timeout --install-strategy --script-shell --node-options --otp --scope --maxsockets --cafile --before
   --network-timeout --proxy --https-proxy --noproxy --access --audit-level --cpu --os --libc --jobs`,
  '--production --color --progress --audit --fund',
);
// bash(1), dash(1)
const SHELL_VALUES = '-o -O +o +O --rcfile --init-file';

const TABLES: ReadonlyMap<string, FlagTable> = new Map([
  ['apt-get', APT],
  ['apt', APT],
  ['apt-cache', table('-p --pkg-cache -s --src-cache -c --config-file -o --option')], // apt-cache(8)
  ['apt-key', table('--keyring')], // apt-key(8)
  ['add-apt-repository', table('-k --keyserver -c --component -p --pocket -P --ppa -U --uri -S --sourceslist')], // add-apt-repository(1)
  ['aptitude', table('-t --target-release -o -q -w --width -F --display-format -O --sort')], // aptitude(8)
  ['dpkg', table('--root --admindir --instdir --log --status-fd -D --debug --add-architecture --remove-architecture')], // dpkg(1)
  // apk(8)
  [
    'apk',
    table(
      `-t --virtual -X --repository -p --root --keys-dir --repositories-file --cache-dir --cache-max-age --arch --wait
       --progress-fd --timeout`,
    ),
  ],
  ['yum', DNF],
  ['dnf', DNF],
  ['dnf5', DNF],
  ['microdnf', DNF],
  ['tdnf', DNF],
  ['yum-config-manager', table('--add-repo --setopt --enablerepo --disablerepo -c --config --releasever')], // yum-config-manager(1)
  [
    'rpm',
    table('-r --root --dbpath --prefix --relocate --excludepath -D --define -E --eval --rcfile --qf --queryformat'),
  ], // rpm(8)
  // zypper(8)
  [
    'zypper',
    table(
      '-t --type -r --repo --from -R --root -c --config -p --plus-repo -D --reposd-dir -C --cache-dir --plus-content --name',
    ),
  ],
  [
    'pacman',
    table('-b --dbpath -r --root --arch --cachedir --color --config --gpgdir --hookdir --logfile --overwrite --ignore'),
  ], // pacman(8)
  ['pip', PIP],
  ['pipx', table('--python --index-url -i --pip-args --suffix --preinstall')], // pipx(1)
  // uv's reference of commands
  [
    'uv',
    table(
      `-r --requirement --requirements -c --constraint --constraints -p --python --extra --group --index --index-url -i
       --default-index --extra-index-url --find-links -f --directory --project --config-file --cache-dir --target --prefix
       --link-mode --resolution --prerelease --python-platform --color --with --package --no-group --only-group`,
    ),
  ],
  ['poetry', table('-C --directory -P --project -E --extras --with --without --only -G --group --source')], // poetry's CLI reference
  ['pipenv', table('--python -i --index --categories -e --editable -r --requirements --extra-pip-args')], // pipenv's CLI reference
  // conda install --help
  ['conda', table('-n --name -p --prefix -c --channel -f --file --solver --repodata-fn --subdir --platform')],
  ['mamba', table('-n --name -p --prefix -c --channel -f --file --platform')],
  ['micromamba', table('-n --name -p --prefix -r --root-prefix -c --channel -f --file --platform --rc-file')],
  ['python', table('-c -m -W -X --check-hash-based-pycs')], // python(1)
  ['npm', NPM],
  ['npx', table('-p --package -c --call -w --workspace --registry --cache')], // npx(7)
  ['pnpm', table('-C --dir -F --filter --registry --store-dir --loglevel --reporter --network-concurrency --prefix')], // pnpm's CLI reference
  // yarn's CLI reference, version 1
  [
    'yarn',
    table(
      `--registry --cache-folder --modules-folder --network-timeout --network-concurrency --mutex --cwd --preferred-cache-folder
       --global-folder --link-folder --proxy --https-proxy --use-yarnrc --otp --prefix --emoji`,
      '--production --prod',
    ),
  ],
  ['bun', table('--cwd -c --config --registry --cache-dir --backend --cafile --filter --omit')], // bun's CLI reference
  // gem help install
  [
    'gem',
    table(
      `-v --version -i --install-dir -n --bindir -s --source -p --http-proxy --platform -P --trust-policy -g --file
       --build-root --target-rbconfig --without --config-file`,
      '--document',
    ),
  ],
  [
    'bundle',
    table('-j --jobs -P --trust-policy --gemfile --path --without --with --retry --system --binstubs --shebang'),
  ], // bundle-install(1)
  [
    'composer',
    table('-d --working-dir --repository --repository-url --prefer-install --install-dir --filename --version'),
  ], // composer's CLI reference
  // go help build; flags of Go programs take one dash or two
  [
    'go',
    table(
      `-tags -ldflags -gcflags -asmflags -gccgoflags -mod -modfile -o -p -C -exec -pkgdir -buildmode -overlay -toolexec
       -installsuffix -compiler -pgo -covermode -coverpkg -coverprofile -run -bench -count -timeout -parallel`,
      '',
      { singleDash: true },
    ),
  ],
  // cargo(1)
  [
    'cargo',
    table(
      `-p --package --bin --example --test --bench --features -F --target --target-dir --manifest-path --profile -j --jobs
       --config -Z --git --branch --tag --rev --path --root --version --vers --registry --index --color --message-format
       --exclude -C --recipe-path`,
    ),
  ],
  ['rustup', table('-t --target -c --component --toolchain --default-host --default-toolchain --profile')], // rustup's book
  // curl(1)
  [
    'curl',
    table(
      `-o --output -w --write-out -H --header -d --data --data-raw --data-binary --data-urlencode --data-ascii -X --request
       -u --user -A --user-agent -e --referer -F --form --form-string -T --upload-file -b --cookie -c --cookie-jar
       -m --max-time -x --proxy -y --speed-time -Y --speed-limit -z --time-cond -E --cert -K --config -C --continue-at
       -Q --quote -r --range -t --telnet-option -D --dump-header -U --proxy-user -P --ftp-port
       --retry --retry-delay --retry-max-time --connect-timeout --cacert --capath --cert-type --key --key-type --pass
       --url --output-dir --resolve --connect-to --proto --proto-default --proto-redir --ciphers --tls-max --tls13-ciphers
       --limit-rate --max-redirs --max-filesize --interface --unix-socket --noproxy --json --oauth2-bearer --dns-servers
       --pinnedpubkey --crlfile --stderr --trace --trace-ascii --local-port --keepalive-time --socks5 --socks5-hostname
       --preproxy --rate --parallel-max --variable --expand-url --url-query --aws-sigv4 --create-file-mode`,
    ),
  ],
  // wget(1)
  [
    'wget',
    table(
      `-O --output-document -o --output-file -a --append-output -P --directory-prefix -t --tries -T --timeout -w --wait
       -U --user-agent -i --input-file -Q --quota -A --accept -R --reject -D --domains -I --include-directories
       -X --exclude-directories -l --level -e --execute -B --base --header --post-data --post-file --body-data --method
       --user --password --http-user --http-password --ca-certificate --ca-directory --certificate --private-key
       --progress --waitretry --limit-rate --read-timeout --connect-timeout --dns-timeout --referer --secure-protocol
       --max-redirect --cut-dirs --load-cookies --save-cookies --retry-on-http-error --exclude-domains --prefer-family`,
    ),
  ],
  [
    'aria2c',
    table('-d --dir -o --out -x --max-connection-per-server -s --split -j -k -i --input-file --checksum --header'),
  ], // aria2c(1)
  // tar(1)
  [
    'tar',
    table(
      `-f --file -C --directory -X --exclude-from -T --files-from -b --blocking-factor -H --format -I --use-compress-program
       -K --starting-file -N --newer -V --label -g --listed-incremental -L --tape-length -F --info-script
       --exclude --strip-components --transform --xform --owner --group --mode --mtime --sort --suffix --checkpoint-action`,
      '--checkpoint --backup --occurrence',
      { oldStyle: true },
    ),
  ],
  ['unzip', table('-d -P -x')], // unzip(1)
  ['useradd', USERADD],
  [
    'usermod',
    table(
      '-u --uid -g --gid -G --groups -d --home -s --shell -c --comment -e --expiredate -f --inactive -l --login -p --password -R --root -P --prefix -v --add-subuids -w --add-subgids',
    ),
  ], // usermod(8)
  ['adduser', ADDUSER],
  ['groupadd', GROUPADD],
  ['groupmod', table('-g --gid -n --new-name -p --password -R --root -P --prefix -U --users')], // groupmod(8)
  ['addgroup', ADDGROUP],
  ['gpasswd', table('-a --add -d --delete -Q --root -A --administrators -M --members')], // gpasswd(1)
  ['passwd', table('-n --mindays -x --maxdays -w --warndays -i --inactive -R --root -P --prefix -r --repository')], // passwd(1)
  ['chpasswd', table('-c --crypt-method -R --root -s --sha-rounds')], // chpasswd(8)
  ['install', table('-m --mode -o --owner -g --group -t --target-directory -S --suffix')], // install(1)
  ['mkdir', table('-m --mode', '--context')], // mkdir(1)
  ['chown', table('--from --reference')], // chown(1)
  ['chmod', table('--reference')], // chmod(1)
  ['cp', table('-t --target-directory -S --suffix', '--backup --preserve --reflink --sparse')], // cp(1)
  ['mv', table('-t --target-directory -S --suffix', '--backup')], // mv(1)
  ['ln', table('-t --target-directory -S --suffix', '--backup')], // ln(1)
  // git(1), git-clone(1), git-checkout(1)
  [
    'git',
    table(
      `-C -c --git-dir --work-tree --namespace --exec-path --config-env -b --branch -B -o --origin -u --upload-pack
       --depth --reference --reference-if-able --separate-git-dir -j --jobs --shallow-since --shallow-exclude --filter
       --config --template -m --message --author --date`,
      '--recurse-submodules',
    ),
  ],
  // gpg(1)
  [
    'gpg',
    table(
      `--keyserver --keyserver-options --homedir -o --output -r --recipient -u --local-user --keyring --primary-keyring
       --secret-keyring --default-key --options --passphrase --passphrase-file --passphrase-fd --status-fd --status-file
       --logger-fd --trust-model --pinentry-mode --digest-algo --cipher-algo`,
    ),
  ],
  [
    'make',
    table(
      '-C --directory -f --file --makefile -I --include-dir -o --old-file -W --what-if',
      '-j --jobs -l --load-average -O',
    ),
  ], // make(1)
  [
    'cmake',
    table('-S -B -G -D -U -C -A -T --build --install --prefix --config -j --parallel --target -t --preset --component'),
  ], // cmake(1)
  ['ninja', table('-C -f -j -k -l -d -t -w')], // ninja(1)
  // mvn --help; flags of Maven take one dash or two
  [
    'mvn',
    table(
      '-f --file -s --settings -gs --global-settings -P --activate-profiles -pl --projects -T --threads -t -rf -b -l',
      '',
      { singleDash: true },
    ),
  ],
  [
    'gradle',
    table(
      '-b --build-file -c --settings-file -p --project-dir -g --gradle-user-home -I --init-script -x --exclude-task --max-workers -D -P --console',
    ),
  ], // gradle's CLI reference
  // java(1)
  [
    'java',
    table(
      '-jar -cp -classpath --class-path -p --module-path -m --module --add-modules --add-opens --add-exports --add-reads --patch-module',
      '',
      { singleDash: true },
    ),
  ],
  [
    'dotnet',
    table(
      '-c --configuration -o --output -r --runtime -f --framework -a --arch --os -v --verbosity -s --source --tool-path --version --configfile --project -p',
      '',
    ),
  ], // dotnet's CLI reference
  // gunicorn's settings
  [
    'gunicorn',
    table(
      `-b --bind -w --workers -k --worker-class --threads -c --config -t --timeout --graceful-timeout --keep-alive -n --name
       -u --user -g --group -m --umask -p --pid -D --log-level --access-logfile --error-logfile --log-file --log-config
       --access-logformat --max-requests --max-requests-jitter --backlog --chdir --worker-tmp-dir --worker-connections
       --certfile --keyfile --ca-certs --forwarded-allow-ips --proxy-allow-from --limit-request-line -e --env --pythonpath
       --statsd-host --paste --error-log --access-log`,
    ),
  ],
  // uvicorn's settings
  [
    'uvicorn',
    table(
      `--host --port --uds --fd --workers --loop --http --ws --lifespan --interface --env-file --log-config --log-level
       --root-path --forwarded-allow-ips --limit-concurrency --backlog --limit-max-requests --timeout-keep-alive
       --timeout-graceful-shutdown --ssl-keyfile --ssl-certfile --app-dir --reload-dir --reload-include --reload-exclude`,
    ),
  ],
  ['flask', table('-A --app -e --env-file -h --host -p --port --cert --key --extra-files --exclude-patterns')], // flask run --help
  [
    'celery',
    table(
      '-A --app -b --broker -l --loglevel -c --concurrency -Q --queues -n --hostname -P --pool -f --logfile --pidfile',
    ),
  ], // celery --help
  // node(1)
  [
    'node',
    table(
      '-r --require -e --eval -p --print --import --loader --experimental-loader --env-file --max-old-space-size -C --conditions --title',
    ),
  ],
  ['php', table('-c -d -f -r -B -R -F -E -S -t -z')], // php(1)
  ['ruby', table('-e -I -r -C -E -F -K -x')], // ruby(1)
  ['sed', table('-e --expression -f --file -l --line-length', '-i --in-place')], // sed(1)
  [
    'grep',
    table(
      '-e --regexp -f --file -m --max-count -A -B -C --after-context --before-context --context --include --exclude --exclude-dir --label',
      '--color',
    ),
  ], // grep(1)
  ['awk', table('-F -v -f')], // awk(1p)
  ['sort', table('-k --key -t --field-separator -o --output -S --buffer-size -T --temporary-directory')], // sort(1)
  ['head', table('-n --lines -c --bytes')], // head(1)
  ['tail', table('-n --lines -c --bytes -s --sleep-interval --pid')], // tail(1)
  ['cut', table('-d --delimiter -f --fields -c --characters -b --bytes --output-delimiter')], // cut(1)
  ['date', table('-d --date -f --file -r --reference -s --set', '-I --iso-8601 --rfc-3339')], // date(1)
  ['mktemp', table('-p --suffix', '--tmpdir')], // mktemp(1)
  [
    'find',
    table(
      '-name -iname -path -ipath -type -maxdepth -mindepth -mtime -mmin -size -user -group -perm -regex -newer -exec -execdir -ok',
      '',
      { singleDash: true },
    ),
  ], // find(1)
  ['ssh', table('-p -i -l -o -F -L -R -D -J -b -c -E -e -I -m -O -Q -S -W -w')], // ssh(1)
  ['scp', table('-P -i -o -F -J -c -l -S')], // scp(1)
  ['ssh-keyscan', table('-p -t -T -f')], // ssh-keyscan(1)
  ['ssh-keygen', table('-t -b -f -N -C -P -m -a -O -I -n -V -z -F -R')], // ssh-keygen(1)
  // openssl(1): one dash before long flags
  [
    'openssl',
    table(
      '-in -out -inform -outform -key -keyout -days -subj -newkey -config -extensions -passin -passout -CA -CAkey -addext',
      '',
      { singleDash: true },
    ),
  ],
  [
    'systemctl',
    table('-t --type --state -p --property -H --host -M --machine -n --lines -o --output --root -s --signal'),
  ], // systemctl(1)
  [
    'supervisord',
    table(
      '-c --configuration -u --user -m --umask -d --directory -l --logfile -y -z -e --loglevel -j --pidfile -i -q -a',
    ),
  ], // supervisord's manual
  ['nginx', table('-c -g -p -s -e')], // nginx(8)
  ['localedef', table('-i --inputfile -f --charmap -A --alias-file -u --repertoire-map --prefix')], // localedef(1)
  ['update-alternatives', table('--altdir --admindir --instdir --log')], // update-alternatives(1)
]);

const wrapper = (
  values: string,
  more: {
    readonly optional?: string;
    readonly operands?: number;
    readonly assigns?: boolean;
    readonly idle?: string;
    readonly evaluates?: boolean;
    readonly scripts?: string;
  } = {},
): Wrapper => ({
  ...table(values, more.optional ?? ''),
  operands: more.operands ?? 0,
  assigns: more.assigns ?? false,
  idle: words(more.idle ?? ''),
  evaluates: more.evaluates ?? false,
  scriptFlags: words(more.scripts ?? ''),
});

const SHELL = wrapper(SHELL_VALUES, { scripts: '-c', idle: '-s' });

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  // sudo(8)
  [
    'sudo',
    wrapper(
      `-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T --command-timeout
       -U --other-user -D --chdir -R --chroot`,
      {
        optional: '--preserve-env',
        assigns: true,
        idle: '-l --list -v --validate -K --remove-timestamp -e --edit -V --version',
      },
    ),
  ],
  ['doas', wrapper('-u -C -a', { idle: '-L' })], // doas(1)
  // env(1)
  [
    'env',
    wrapper('-u --unset -C --chdir', {
      assigns: true,
      optional: '--block-signal --default-signal --ignore-signal',
      idle: '-S --split-string',
    }),
  ],
  ['exec', wrapper('-a')], // bash(1)
  ['command', wrapper('', { idle: '-v -V' })], // bash(1)
  ['builtin', wrapper('')], // bash(1)
  ['time', wrapper('-f --format -o --output')], // time(1)
  ['nice', wrapper('-n --adjustment')], // nice(1)
  ['ionice', wrapper('-c --class -n --classdata', { idle: '-p --pid -P --pgid -u --uid' })], // ionice(1)
  ['nohup', wrapper('')], // nohup(1)
  ['setsid', wrapper('')], // setsid(1)
  ['timeout', wrapper('-k --kill-after -s --signal', { operands: 1 })], // timeout(1)
  ['stdbuf', wrapper('-i --input -o --output -e --error')], // stdbuf(1)
  // xargs(1)
  [
    'xargs',
    wrapper('-a --arg-file -d --delimiter -E -I -L -n --max-args -P --max-procs -s --max-chars --process-slot-var', {
      optional: '-e --eof -i --replace -l --max-lines',
    }),
  ],
  ['busybox', wrapper('', { idle: '--install --list --list-full --help' })], // BusyBox's manual
  ['tini', wrapper('-p -e', { idle: '--version -h' })], // tini's README
  ['dumb-init', wrapper('-r --rewrite', { idle: '-V --version -h --help' })], // dumb-init's README
  ['catatonit', wrapper('', { idle: '-P -V -h' })], // catatonit's README
  ['gosu', wrapper('', { operands: 1 })], // gosu's README
  ['su-exec', wrapper('', { operands: 1 })], // su-exec's README
  ['s6-setuidgid', wrapper('', { operands: 1 })], // s6's manual
  // setpriv(1)
  [
    'setpriv',
    wrapper(
      `--reuid --ruid --euid --regid --rgid --egid --groups --inh-caps --ambient-caps --bounding-set --securebits
       --pdeathsig --selinux-label --apparmor-profile --ptracer`,
      { idle: '-d --dump' },
    ),
  ],
  ['chpst', wrapper('-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -t')], // chpst(8)
  ['sh', SHELL],
  ['bash', SHELL],
  ['ash', SHELL],
  ['dash', SHELL],
  ['zsh', SHELL],
  ['ksh', SHELL],
  // su(1)
  [
    'su',
    wrapper('-c --command --session-command -g --group -G --supp-group -s --shell -w --whitelist-environment', {
      scripts: '-c --command --session-command',
    }),
  ],
  ['eval', wrapper('', { evaluates: true })], // bash(1)
]);
