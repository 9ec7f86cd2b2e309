// Run from the root of the repository; types are the business of tsc.
import js from "@eslint/js";
import globals from "globals";

/** Forms that the linker (urbanplan/view/linker.py) does not know, or that write markup. */
const REFUSED = [
  { selector: "ExportDefaultDeclaration", message: "Export by name, where it is declared." },
  { selector: "ExportAllDeclaration", message: "Export by name, where it is declared." },
  { selector: "ExportNamedDeclaration[declaration=null]", message: "Export where it is declared." },
  { selector: "ExportNamedDeclaration > VariableDeclaration[kind!='const']", message: "Export constants only." },
  { selector: "ImportDefaultSpecifier, ImportNamespaceSpecifier, ImportExpression", message: "Import by name." },
  {
    selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]",
    message: "Write texts, no markup.",
  },
];

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "consistent-return": "off",
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-depth": ["error", 4],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-param-reassign": "off",
      "no-shadow": "error",
      "no-unused-expressions": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "prefer-template": "error",
    },
  },
  {
    files: ["urbanplan/view/assets/**/*.js"],
    languageOptions: { globals: { ...globals.browser, L: "readonly" } },
    rules: { "no-restricted-syntax": ["error", ...REFUSED] },
  },
  { files: ["tests/scripts/**/*.js"], languageOptions: { globals: globals.node } },
];
