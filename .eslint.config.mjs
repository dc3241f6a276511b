// ESLint for firmware, host, tests and the browser page. Run by `npm run lint`.
import tseslint from "typescript-eslint"

const common = {
    languageOptions: { parser: tseslint.parser },
    plugins: { "@typescript-eslint": tseslint.plugin },
}

export default tseslint.config(
    { ignores: ["node_modules/**", ".devicescript/**", "out/**"] },
    {
        files: ["src/**/*.ts", "boards/**/*.ts", "hil-tests/**/*.ts", "services/**/*.ts"],
        extends: [tseslint.configs.recommended],
        rules: {
            "@typescript-eslint/no-unused-vars": [
                "error",
                { argsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
            ],
            "@typescript-eslint/no-non-null-assertion": "off",
            eqeqeq: "error",
            "no-restricted-properties": [
                "error",
                {
                    object: "Math",
                    property: "random",
                    message: "Randomness is passed in: one seed replays a run.",
                },
                {
                    object: "Date",
                    property: "now",
                    message: "Time is passed in.",
                },
            ],
        },
    },
    {
        // The Node side, with types: promises must not be left alone.
        files: [
            "src/host/**/*.ts",
            "src/tools/**/*.ts",
            "boards/**/*.ts",
            "hil-tests/**/*.ts",
            "services/**/*.ts",
        ],
        ...common,
        languageOptions: {
            parser: tseslint.parser,
            parserOptions: {
                project: ["./tsconfig.json", "./src/host/console/page/tsconfig.json"],
            },
        },
        rules: {
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
            "@typescript-eslint/consistent-type-imports": "error",
        },
    },
    {
        // The pages of console, simulator and status, in the browser.
        files: ["src/host/{console,simulate,serve/status}/page/*.js"],
        extends: [tseslint.configs.recommended],
        rules: { eqeqeq: "error", "prefer-const": "error" },
    },
    {
        // DeviceScript: packets and sockets come untyped, and methods need a name for `this` in fibers.
        files: ["src/firmware/**/*.ts", "src/shared/**/*.ts"],
        rules: {
            "@typescript-eslint/no-explicit-any": "off",
            "@typescript-eslint/no-this-alias": "off",
            "prefer-const": "error",
        },
    }
)
