import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', 'test/corpus/**', 'shared-rules/grammar/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'A union of literals says the same.' },
      ],
    },
  },
  {
    // Rules see a model: they count no offsets, parse nothing and reach for no host.
    files: ['shared-rules/src/rules/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', '*/parse/*', '*/engine/*'] }],
      'no-restricted-properties': ['error', { property: 'span', message: 'Rules hand nodes on; edit.ts spells them.' }],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: ['tsconfig.tests.json'] } },
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  prettier,
);
