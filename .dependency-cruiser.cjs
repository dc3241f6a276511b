// Responsible for: the arrows between the rooms. Run by `npm run lint`.
/** `from` may import nothing but what is listed (and itself). */
const only = (name, from, allowed, comment) => ({
    name,
    comment,
    severity: "error",
    from: { path: from },
    to: { path: "^(src|boards|hil-tests)/", pathNot: [from, ...allowed] },
})

module.exports = {
    forbidden: [
        {
            name: "no-circles",
            severity: "error",
            from: {},
            to: {
                circular: true,
                viaOnly: { dependencyTypesNot: ["type-only"] },
            },
        },
        {
            name: "wire-imports-nothing",
            comment: "src/shared is the single source for both runtimes",
            severity: "error",
            from: { path: "^src/shared/", pathNot: "\\.(test|vm)\\.ts$" },
            to: { pathNot: "^src/shared/" },
        },
        only("host", "^src/host/(?!cli/)", ["^src/shared/"], "the host imports the wire"),
        only(
            "host-cli",
            "^src/host/cli/",
            ["^src/(wire|host)/", "^boards/virtual/"],
            "the command line may import the virtual board"
        ),
        only(
            "virtual-board",
            "^boards/virtual/",
            ["^src/shared/"],
            "models are written from data sheets, not from drivers"
        ),
        only(
            "main",
            "^src/main\\.ts$",
            ["^src/firmware/(cart|platform)/"],
            "main puts the rooms together"
        ),
        only(
            "cart",
            "^src/firmware/cart/",
            ["^src/shared/", "^src/firmware/"],
            "cart uses all rooms of the firmware"
        ),
        only(
            "motion",
            "^src/firmware/motion/",
            ["^src/shared/", "^src/firmware/platform/"],
            "motion stands on the platform"
        ),
        only(
            "acquisition",
            "^src/firmware/acquisition/",
            ["^src/shared/", "^src/firmware/platform/", "^src/firmware/link/"],
            "the data path ends at the link"
        ),
        only(
            "link",
            "^src/firmware/link/",
            ["^src/shared/", "^src/firmware/platform/"],
            "the link stands on the platform"
        ),
        only(
            "platform",
            "^src/firmware/platform/",
            ["^src/shared/"],
            "the platform stands on DeviceScript"
        ),
        {
            name: "firmware-is-devicescript",
            severity: "error",
            from: { path: "^src/(firmware/|main\\.ts)" },
            to: {
                dependencyTypes: ["core", "npm", "npm-dev"],
                pathNot: "@(devicescript|dsboard)",
            },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        enhancedResolveOptions: { extensions: [".ts", ".js", ".d.ts"] },
    },
}
