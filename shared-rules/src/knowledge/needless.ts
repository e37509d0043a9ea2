/**
 * Packages that a person at a terminal uses and a running program does not, with the commands they bring. Sources: the
 * package lists of Debian and Alpine.
 */
const NEEDLESS: Readonly<Record<string, readonly string[]>> = {
  vim: ['vim', 'vi', 'ex', 'view'],
  'vim-tiny': ['vim', 'vi', 'vim.tiny'],
  'vim-nox': ['vim', 'vi'],
  neovim: ['nvim'],
  nano: ['nano'],
  emacs: ['emacs'],
  'emacs-nox': ['emacs'],
  joe: ['joe'],
  ed: ['ed'],
  telnet: ['telnet'],
  'net-tools': ['netstat', 'ifconfig', 'route', 'arp', 'hostname'],
  'iputils-ping': ['ping'],
  iputils: ['ping', 'arping', 'tracepath'],
  traceroute: ['traceroute'],
  nmap: ['nmap', 'ncat', 'nping'],
  tcpdump: ['tcpdump'],
  netcat: ['nc', 'netcat'],
  'netcat-openbsd': ['nc', 'netcat'],
  'netcat-traditional': ['nc', 'netcat'],
  nc: ['nc'],
  dnsutils: ['dig', 'nslookup', 'host'],
  'bind-tools': ['dig', 'nslookup', 'host'],
  'bind-utils': ['dig', 'nslookup', 'host'],
  ftp: ['ftp'],
  lftp: ['lftp'],
  gdb: ['gdb', 'gdbserver'],
  strace: ['strace'],
  ltrace: ['ltrace'],
  lsof: ['lsof'],
  htop: ['htop'],
  tmux: ['tmux'],
  screen: ['screen'],
  'man-db': ['man', 'mandb'],
  'bash-completion': [],
  locate: ['locate', 'updatedb'],
  mlocate: ['locate', 'updatedb'],
};

/** The commands of a package that has no job beside a running program; undefined for any other. */
export const commandsOfNeedless = (name: string): readonly string[] | undefined =>
  Object.hasOwn(NEEDLESS, name) ? NEEDLESS[name] : undefined;
