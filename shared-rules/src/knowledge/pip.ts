/** The names that pip goes by; `python -m pip` is found by the module. */
export const PIP: readonly string[] = [
  'pip',
  'pip2',
  'pip2.7',
  'pip3',
  ...Array.from({ length: 12 }, (_, index) => `pip3.${index + 5}`),
];
