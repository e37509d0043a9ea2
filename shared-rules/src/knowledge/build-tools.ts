import type { Family } from '../model/index.js';

/** Packages that only a build needs, by name. Sources: the package lists of Debian, Alpine and Fedora. */
const TOOLS: ReadonlySet<string> = new Set(
  `build-essential gcc g++ clang make cmake ninja ninja-build musl-dev libc-dev libc6-dev
   linux-headers pkg-config pkgconf pkgconfig autoconf automake libtool build-base alpine-sdk rustc cargo golang go maven
   gradle ant bison flex gcc-c++ rpm-build dpkg-dev`.split(/\s+/),
);

/** Whether the package is a compiler, a build tool or headers. */
export const isBuildTool = (name: string): boolean =>
  TOOLS.has(name) ||
  /-(dev|devel|headers)$/.test(name) ||
  /^(linux-headers-|gcc-\d|g\+\+-\d|openjdk-?\d+-jdk)/.test(name);

/** The shared library that what is built with the headers needs at run time; other packages that bring it along. */
interface RuntimeLibrary {
  readonly library: string;
  readonly brings: RegExp;
}

const library = (name: string, brings: RegExp): RuntimeLibrary => ({ library: name, brings });

/** By family, headers that official images do not have the library of. Sources: packages.debian.org, pkgs.alpinelinux.org. */
const LIBRARIES: Readonly<Partial<Record<Family, Readonly<Record<string, RuntimeLibrary>>>>> = {
  alpine: {
    'postgresql-dev': library('libpq', /^(libpq$|postgresql|postgis)/),
    'libpq-dev': library('libpq', /^(libpq$|postgresql|postgis)/),
    'mariadb-dev': library('mariadb-connector-c', /^(mariadb|mysql)/),
    'mariadb-connector-c-dev': library('mariadb-connector-c', /^(mariadb|mysql)/),
    'jpeg-dev': library('libjpeg-turbo', /^(libjpeg|jpeg$|gd$|libgd|imagemagick|vips|opencv|py3-pillow)/),
    'libjpeg-turbo-dev': library('libjpeg-turbo', /^(libjpeg|jpeg$|gd$|libgd|imagemagick|vips|opencv|py3-pillow)/),
    'libxslt-dev': library('libxslt', /^(libxslt$|xmlsec|py3-lxml)/),
    'libzip-dev': library('libzip', /^libzip$/),
    'icu-dev': library('icu-libs', /^icu/),
    'libwebp-dev': library('libwebp', /^(libwebp|gd$|libgd|imagemagick|vips)/),
    'freetype-dev': library('freetype', /^(freetype$|fontconfig|pango|cairo|gd$|libgd|ttf|font|imagemagick|chromium)/),
    'imagemagick-dev': library('imagemagick', /^imagemagick/),
    'libmemcached-dev': library('libmemcached-libs', /^libmemcached/),
    'geos-dev': library('geos', /^(geos|gdal)/),
  },
  debian: {
    'libpq-dev': library('libpq5', /^(libpq5|postgresql)/),
    'libmariadb-dev': library('libmariadb3', /^(libmariadb3|mariadb|default-mysql)/),
    'default-libmysqlclient-dev': library('libmariadb3', /^(libmariadb3|mariadb|default-mysql)/),
    'libxslt1-dev': library('libxslt1.1', /^(libxslt1\.1|xsltproc)/),
    'libxslt-dev': library('libxslt1.1', /^(libxslt1\.1|xsltproc)/),
    'libmemcached-dev': library('libmemcached11', /^libmemcached(11|tools)/),
  },
};

export const runtimeLibraryOf = (family: Family, headers: string): RuntimeLibrary | undefined =>
  LIBRARIES[family]?.[headers];

/** Programs that build native modules or programs from source. */
export const BUILDERS: ReadonlySet<string> = new Set(
  `pip pip3 gem bundle npm yarn pnpm node-gyp make cmake ninja gcc g++ cc configure docker-php-ext-install pecl phpize
   python python3 poetry pipenv uv cpan cpanm luarocks`.split(/\s+/),
);
