import { isDistroless, isOfficial, officialName } from './images.js';

/** A release whose makers no longer mend it, or will not from some day on. */
export interface Release {
  /** As people call it: Python 3.6. */
  readonly title: string;
  /** The day from which there are no more fixes. */
  readonly ends: string;
  /** The part of the tag that names it; absent where the image's name does. */
  readonly part?: string | undefined;
  readonly cycle?: string;
  readonly product: Product | undefined;
}

interface Product {
  readonly title: string;
  /** Where the dates come from. */
  readonly source: string;
  /** How many numbers make a release: 1 in Node.js 22, 2 in Python 3.12. */
  readonly depth: 1 | 2;
  /** The last day with fixes, by release. */
  readonly ends: Readonly<Record<string, string>>;
  /** Other names of a release. */
  readonly names?: Readonly<Record<string, string>>;
  /** Releases that are supported for a short time only, so that nobody is sent there. */
  readonly isInterim?: (release: string) => boolean;
  /** Releases that no other follows without more work than a new tag. */
  readonly isDeadEnd?: (release: string) => boolean;
}

const ALPINE: Product = {
  title: 'Alpine',
  source: 'https://alpinelinux.org/releases/',
  depth: 2,
  ends: {
    '3.3': '2017-11-01',
    '3.4': '2018-05-01',
    '3.5': '2018-11-01',
    '3.6': '2019-05-01',
    '3.7': '2019-11-01',
    '3.8': '2020-05-01',
    '3.9': '2020-11-01',
    '3.10': '2021-05-01',
    '3.11': '2021-11-01',
    '3.12': '2022-05-01',
    '3.13': '2022-11-01',
    '3.14': '2023-05-01',
    '3.15': '2023-11-01',
    '3.16': '2024-05-23',
    '3.17': '2024-11-22',
    '3.18': '2025-05-09',
    '3.19': '2025-11-01',
    '3.20': '2026-04-01',
    '3.21': '2026-11-01',
    '3.22': '2027-05-01',
    '3.23': '2027-11-01',
    '3.24': '2028-05-01',
  },
};

const DEBIAN: Product = {
  title: 'Debian',
  source: 'https://wiki.debian.org/LTS',
  depth: 1,
  ends: {
    7: '2018-05-31',
    8: '2020-06-30',
    9: '2022-06-30',
    10: '2024-06-30',
    11: '2026-08-31',
    12: '2028-06-30',
    13: '2030-06-30',
  },
  names: { wheezy: '7', jessie: '8', stretch: '9', buster: '10', bullseye: '11', bookworm: '12', trixie: '13' },
};

const UBUNTU: Product = {
  title: 'Ubuntu',
  source: 'https://ubuntu.com/about/release-cycle',
  depth: 2,
  ends: {
    '12.04': '2017-04-28',
    '14.04': '2019-04-25',
    '16.04': '2021-04-30',
    '17.10': '2018-07-19',
    '18.04': '2023-05-31',
    '18.10': '2019-07-18',
    '19.04': '2020-01-23',
    '19.10': '2020-07-17',
    '20.04': '2025-05-31',
    '20.10': '2021-07-22',
    '21.04': '2022-01-20',
    '21.10': '2022-07-14',
    '22.04': '2027-05-31',
    '22.10': '2023-07-20',
    '23.04': '2024-01-25',
    '23.10': '2024-07-11',
    '24.04': '2029-05-31',
    '24.10': '2025-07-10',
    '25.04': '2026-01-15',
    '25.10': '2026-07-31',
    '26.04': '2031-05-31',
  },
  names: {
    precise: '12.04',
    trusty: '14.04',
    xenial: '16.04',
    artful: '17.10',
    bionic: '18.04',
    cosmic: '18.10',
    disco: '19.04',
    eoan: '19.10',
    focal: '20.04',
    groovy: '20.10',
    hirsute: '21.04',
    impish: '21.10',
    jammy: '22.04',
    kinetic: '22.10',
    lunar: '23.04',
    mantic: '23.10',
    noble: '24.04',
    oracular: '24.10',
    plucky: '25.04',
    questing: '25.10',
    resolute: '26.04',
  },
  isInterim: (release) => !/^\d?[02468]\.04$/.test(release),
};

const CENTOS: Product = {
  title: 'CentOS',
  source: 'https://www.centos.org/centos-linux-eol/',
  depth: 1,
  ends: { 5: '2017-03-31', 6: '2020-11-30', 7: '2024-06-30', 8: '2021-12-31' },
  names: { centos5: '5', centos6: '6', centos7: '7', centos8: '8' },
};

/** Official images of Docker Hub by name. */
const OFFICIAL: Readonly<Record<string, Product>> = {
  alpine: ALPINE,
  debian: DEBIAN,
  ubuntu: UBUNTU,
  centos: CENTOS,
  fedora: {
    title: 'Fedora',
    source: 'https://docs.fedoraproject.org/en-US/releases/eol/',
    depth: 1,
    ends: {
      28: '2019-05-28',
      29: '2019-11-26',
      30: '2020-05-26',
      31: '2020-11-24',
      32: '2021-05-25',
      33: '2021-11-30',
      34: '2022-06-07',
      35: '2022-12-13',
      36: '2023-05-16',
      37: '2023-12-05',
      38: '2024-05-21',
      39: '2024-11-26',
      40: '2025-05-13',
      41: '2025-12-15',
      42: '2026-05-13',
      43: '2026-12-09',
    },
  },
  amazonlinux: {
    title: 'Amazon Linux',
    source: 'https://aws.amazon.com/amazon-linux-2/faqs/',
    depth: 1,
    ends: { 1: '2023-12-31', 2: '2026-06-30', 2023: '2029-06-30' },
    names: { '2016.09': '1', '2017.03': '1', '2017.09': '1', '2018.03': '1' },
  },
  python: {
    title: 'Python',
    source: 'https://devguide.python.org/versions/',
    depth: 2,
    ends: {
      '2.7': '2020-01-01',
      '3.3': '2017-09-29',
      '3.4': '2019-03-18',
      '3.5': '2020-09-30',
      '3.6': '2021-12-23',
      '3.7': '2023-06-27',
      '3.8': '2024-10-07',
      '3.9': '2025-10-31',
      '3.10': '2026-10-31',
      '3.11': '2027-10-31',
      '3.12': '2028-10-31',
      '3.13': '2029-10-31',
      '3.14': '2030-10-31',
    },
    names: { 2: '2.7' },
    isDeadEnd: (release) => release === '2.7',
  },
  node: {
    title: 'Node.js',
    source: 'https://github.com/nodejs/release#release-schedule',
    depth: 1,
    ends: {
      4: '2018-04-30',
      5: '2016-06-30',
      6: '2019-04-30',
      7: '2017-06-30',
      8: '2019-12-31',
      9: '2018-06-30',
      10: '2021-04-30',
      11: '2019-06-01',
      12: '2022-04-30',
      13: '2020-06-01',
      14: '2023-04-30',
      15: '2021-06-01',
      16: '2023-09-11',
      17: '2022-06-01',
      18: '2025-04-30',
      19: '2023-06-01',
      20: '2026-04-30',
      21: '2024-06-01',
      22: '2027-04-30',
      23: '2025-06-01',
      24: '2028-04-30',
      25: '2026-06-01',
      26: '2029-04-30',
    },
    names: {
      argon: '4',
      boron: '6',
      carbon: '8',
      dubnium: '10',
      erbium: '12',
      fermium: '14',
      gallium: '16',
      hydrogen: '18',
      iron: '20',
      jod: '22',
      krypton: '24',
    },
    isInterim: (release) => Number(release) % 2 === 1,
  },
  ruby: {
    title: 'Ruby',
    source: 'https://www.ruby-lang.org/en/downloads/branches/',
    depth: 2,
    ends: {
      '2.2': '2018-03-31',
      '2.3': '2019-03-31',
      '2.4': '2020-04-05',
      '2.5': '2021-04-05',
      '2.6': '2022-04-12',
      '2.7': '2023-03-31',
      '3.0': '2024-04-23',
      '3.1': '2025-03-26',
      '3.2': '2026-03-31',
      '3.3': '2027-03-31',
      '3.4': '2028-03-31',
      '4.0': '2029-03-31',
    },
    names: { 2: '2.7' },
  },
  php: {
    title: 'PHP',
    source: 'https://www.php.net/supported-versions.php',
    depth: 2,
    ends: {
      '5.5': '2016-07-21',
      '5.6': '2018-12-31',
      '7.0': '2019-01-10',
      '7.1': '2019-12-01',
      '7.2': '2020-11-30',
      '7.3': '2021-12-06',
      '7.4': '2022-11-28',
      '8.0': '2023-11-26',
      '8.1': '2025-12-31',
      '8.2': '2026-12-31',
      '8.3': '2027-12-31',
      '8.4': '2028-12-31',
      '8.5': '2029-12-31',
    },
    names: { 5: '5.6', 7: '7.4' },
  },
  golang: {
    title: 'Go',
    source: 'https://go.dev/doc/devel/release',
    depth: 2,
    ends: {
      '1.8': '2018-02-16',
      '1.9': '2018-08-24',
      '1.10': '2019-02-25',
      '1.11': '2019-09-03',
      '1.12': '2020-02-25',
      '1.13': '2020-08-11',
      '1.14': '2021-02-16',
      '1.15': '2021-08-16',
      '1.16': '2022-03-15',
      '1.17': '2022-08-02',
      '1.18': '2023-02-01',
      '1.19': '2023-08-08',
      '1.20': '2024-02-06',
      '1.21': '2024-08-13',
      '1.22': '2025-02-11',
      '1.23': '2025-08-12',
      '1.24': '2026-02-11',
      '1.25': '2026-08-31',
      '1.26': '2027-02-28',
      '1.27': '2027-08-31',
    },
  },
  postgres: {
    title: 'PostgreSQL',
    source: 'https://www.postgresql.org/support/versioning/',
    depth: 1,
    ends: {
      9: '2021-11-11',
      10: '2022-11-10',
      11: '2023-11-09',
      12: '2024-11-21',
      13: '2025-11-13',
      14: '2026-11-12',
      15: '2027-11-11',
      16: '2028-11-09',
      17: '2029-11-08',
      18: '2030-11-14',
    },
    isDeadEnd: () => true,
  },
  mysql: {
    title: 'MySQL',
    source: 'https://www.mysql.com/support/eol-notice.html',
    depth: 2,
    ends: { '5.5': '2018-12-31', '5.6': '2021-02-28', '5.7': '2023-10-31', '8.0': '2026-04-30', '8.4': '2032-04-30' },
    names: { 5: '5.7' },
    isDeadEnd: () => true,
  },
  mariadb: {
    title: 'MariaDB',
    source: 'https://mariadb.org/about/#maintenance-policy',
    depth: 2,
    ends: {
      '10.1': '2020-10-17',
      '10.2': '2022-05-23',
      '10.3': '2023-05-25',
      '10.4': '2024-06-18',
      '10.5': '2025-06-24',
      '10.6': '2026-07-06',
      '10.11': '2028-02-16',
      '11.4': '2029-05-29',
      '11.8': '2028-06-04',
    },
    isDeadEnd: () => true,
  },
  mongo: {
    title: 'MongoDB',
    source: 'https://www.mongodb.com/legal/support-policy/lifecycles',
    depth: 2,
    ends: {
      '3.6': '2021-04-30',
      '4.0': '2022-04-30',
      '4.2': '2023-04-30',
      '4.4': '2024-02-29',
      '5.0': '2024-10-31',
      '6.0': '2025-07-31',
      '7.0': '2027-08-31',
      '8.0': '2029-10-31',
    },
    isDeadEnd: () => true,
  },
};

const DOTNET: Product = {
  title: '.NET',
  source: 'https://dotnet.microsoft.com/en-us/platform/support/policy/dotnet-core',
  depth: 2,
  ends: {
    '2.1': '2021-08-21',
    '2.2': '2019-12-23',
    '3.0': '2020-03-03',
    '3.1': '2022-12-13',
    '5.0': '2022-05-10',
    '6.0': '2024-11-12',
    '7.0': '2024-05-14',
    '8.0': '2026-11-10',
    '9.0': '2026-11-10',
    '10.0': '2028-11-14',
  },
};

const LEAP: Product = {
  title: 'openSUSE Leap',
  source: 'https://en.opensuse.org/Lifetime',
  depth: 2,
  ends: {
    '42.3': '2019-07-01',
    '15.0': '2019-12-03',
    '15.1': '2021-02-02',
    '15.2': '2022-01-04',
    '15.3': '2022-12-31',
    '15.4': '2023-12-07',
    '15.5': '2024-12-31',
    '15.6': '2026-04-30',
  },
};

function productOf(name: string): Product | undefined {
  const official = officialName(name);
  if (official !== undefined) return Object.hasOwn(OFFICIAL, official) ? OFFICIAL[official] : undefined;
  if (/^mcr\.microsoft\.com\/dotnet\/(core\/)?(sdk|aspnet|runtime|runtime-deps)$/.test(name)) return DOTNET;
  return name === 'opensuse/leap' || name === 'registry.opensuse.org/opensuse/leap' ? LEAP : undefined;
}

/** The releases that an image stands for: that of the program it is named for, and that of its distribution. */
export function releasesOf(name: string, tag: string | undefined): readonly Release[] {
  const lower = name.toLowerCase();
  const parts = (tag ?? '').split('-');
  const product = productOf(lower);
  const own = product && releaseIn(product, parts[0] ?? '', parts[0]);
  const found = own ? [own] : [];
  if (isDistroless(lower)) {
    const number = /-debian(\d+)$/.exec(lower)?.[1];
    const release = number === undefined ? undefined : releaseIn(DEBIAN, number, undefined);
    return release ? [release] : [];
  }
  for (const part of product === own?.product && own ? parts.slice(1) : parts) {
    const release = distributionIn(part, isOfficial(lower) || lower.startsWith('mcr.microsoft.com/'));
    if (release && release.product !== product) found.push(release);
  }
  return found;
}

/** A part of a tag that names a distribution's release. What Ubuntu calls its releases are common words elsewhere. */
function distributionIn(part: string, isKnown: boolean): Release | undefined {
  if (Object.hasOwn(DEBIAN.names ?? {}, part)) return releaseIn(DEBIAN, part, part);
  if (isKnown && Object.hasOwn(UBUNTU.names ?? {}, part)) return releaseIn(UBUNTU, part, part);
  const [, word, version = ''] = /^(alpine|ubuntu|debian|centos)(\d+(?:\.\d+)*)$/.exec(part) ?? [];
  const product = word === undefined ? undefined : OFFICIAL[word];
  return product && releaseIn(product, version, part);
}

function releaseIn(product: Product, text: string, part: string | undefined): Release | undefined {
  const version = text.replace(/^v(?=\d)/, '');
  const numbers = /^\d+(\.\d+)*/.exec(version)?.[0].split('.').slice(0, product.depth).join('.');
  const cycle = product.names?.[version] ?? product.names?.[numbers ?? ''] ?? numbers;
  if (cycle === undefined || !Object.hasOwn(product.ends, cycle)) return undefined;
  return { title: `${product.title} ${cycle}`, ends: product.ends[cycle] ?? '', part, cycle, product };
}

/** A year before which a release is not worth moving to. */
const LEAD_DAYS = 365;

/**
 * The tag with the ended releases replaced by the oldest that are supported for a year yet, or else the newest.
 * Undefined where no such tag is sure to exist, or where data has to be moved first.
 */
export function supportedTag(tag: string, releases: readonly Release[], today: string): string | undefined {
  const parts = tag.split('-');
  // A date or a build number belongs to the one release it was made for.
  if (parts.slice(1).some((part) => /^\d{6,}/.test(part))) return undefined;
  const own = releases.find(({ part }) => part === parts[0]);
  if (own?.product?.isDeadEnd?.(own.cycle ?? '') === true) return undefined;
  // .NET images of another release stand on other distributions.
  if (own?.product === DOTNET && parts.slice(1).some((part) => part !== 'alpine')) return undefined;
  const ended = releases.filter(({ ends }) => ends < today);
  for (const { product, part } of own && ended.includes(own) ? releases : ended) {
    const next = product && supportedRelease(product, today);
    if (next === undefined || part === undefined) return undefined;
    parts[parts.indexOf(part)] = spelledLike(part, product, next);
  }
  const result = parts.join('-');
  return result === tag ? undefined : result;
}

function supportedRelease(product: Product, today: string): string | undefined {
  const enough = daysAfter(today, LEAD_DAYS);
  const offered = Object.entries(product.ends).filter(
    ([release, ends]) => ends >= today && product.isInterim?.(release) !== true,
  );
  offered.sort(([, a], [, b]) => (a < b ? -1 : 1));
  const [release] = offered.find(([, ends]) => ends >= enough) ?? offered.at(-1) ?? [];
  return release;
}

/** A code name is replaced by a code name, `alpine3.11` by `alpine3.22`. */
function spelledLike(part: string, product: Product | undefined, release: string): string {
  if (/^v?\d/.test(part)) return release;
  const word = /^(alpine|ubuntu|debian|centos)\d/.exec(part)?.[1];
  if (word !== undefined) return word + release;
  if (product !== DEBIAN && product !== UBUNTU) return release;
  return Object.entries(product.names ?? {}).find(([, found]) => found === release)?.[0] ?? release;
}

/** The day so many days after another. */
export function daysAfter(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}
