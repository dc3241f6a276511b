// The imports that each folder may have. Run by `npm run lint`; src/tools/dependency-rules.test.ts sees each rule refuse.

const TEST_CODE = "(\\.test\\.ts$|/testing/)"

/** A rule: files of `folder` import nothing of the project but itself and what is listed. Tests and test doubles are free. */
const only = (name, folder, allowed) => ({
    name,
    severity: "error",
    from: { path: folder, pathNot: TEST_CODE },
    to: { path: "^(src|boards|hil-tests)/", pathNot: [folder, ...allowed] },
})

const SHARED = "^src/shared/"
const PLATFORM = "^src/firmware/platform/"
const LOADER = "^src/load-program\\.mjs$"
const host = (...folders) => [
    SHARED,
    LOADER,
    "^src/host/(errors|clock|config-path|terminal|number-in|fault-text|disk-reason|in-steps|json-text|start-thread)\\.ts$",
    ...folders.map(folder => `^src/host/${folder}/`),
]

/** Folders of the host, each with the folders that it may import. */
const HOST = {
    pages: host(),
    link: host(),
    picture: host(),
    measure: host("picture"),
    references: host("picture"),
    frames: host("link", "picture"),
    beamform: host("picture"),
    sequence: host(),
    registers: host("sequence"),
    calibration: host("pages"),
    acceptance: host("calibration", "pages"),
    run: host("calibration", "frames", "link", "registers", "sequence"),
    runs: host("frames", "link", "log", "measure", "results", "run", "sequence"),
    log: host("link", "run"),
    results: host(
        ...[
            "beamform",
            "frames",
            "link",
            "measure",
            "pages",
            "picture",
            "references",
            "run",
            "runs",
            "sequence",
        ]
    ),
    console: host(
        ...["compare", "frames", "log", "measure", "pages", "picture", "references", "results"],
        ...["run", "runs", "sequence"]
    ),
    follow: host("console", "link", "picture", "references", "results", "run", "runs"),
    serve: host(
        ...["console", "follow", "frames", "link", "log", "references", "results", "run", "runs"],
        ...["sequence", "targets"]
    ),
    flash: host("link", "sequence"),
    compare: host("log", "measure", "runs"),
    send: host("log", "runs"),
}

module.exports = {
    forbidden: [
        {
            name: "no-circles",
            severity: "error",
            from: {},
            to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
        },
        {
            name: "shared-imports-nothing",
            severity: "error",
            from: { path: SHARED, pathNot: TEST_CODE },
            to: { pathNot: SHARED },
        },
        {
            name: "no-test-code-in-production",
            severity: "error",
            from: { pathNot: [TEST_CODE, "^hil-tests/", "^src/tools/"] },
            to: { path: TEST_CODE },
        },
        {
            name: "no-development-packages-in-production",
            severity: "error",
            from: { path: "^src/(shared|host)/", pathNot: TEST_CODE },
            to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
        },
        {
            name: "page-is-browser-code",
            severity: "error",
            from: { path: "^src/host/(console|simulate|serve/status)/page/" },
            to: { dependencyTypes: ["core", "npm", "npm-dev"] },
        },
        {
            name: "firmware-test-doubles-stay-in-firmware",
            severity: "error",
            from: { path: "^src/(firmware|shared)/.*/?testing/" },
            to: { path: "^(src/host|boards|hil-tests)/" },
        },
        only("main", "^src/main[^/]*\\.ts$", ["^src/firmware/(bedside|cart|platform)/"]),
        only("firmware-cart", "^src/firmware/cart/", [
            SHARED,
            "^src/firmware/(acquisition|bedside|link|motion|platform|services)/",
        ]),
        only("firmware-motion", "^src/firmware/motion/", [SHARED, PLATFORM]),
        only("firmware-acquisition", "^src/firmware/acquisition/", [
            SHARED,
            PLATFORM,
            "^src/firmware/link/",
        ]),
        only("firmware-link", "^src/firmware/link/", [SHARED, PLATFORM]),
        only("firmware-bedside", "^src/firmware/bedside/", [SHARED, PLATFORM]),
        only("firmware-services", "^src/firmware/services/", [SHARED, PLATFORM]),
        only("firmware-platform", PLATFORM, [SHARED]),
        only("firmware-bench", "^src/firmware/bench/", [
            SHARED,
            "^src/firmware/(acquisition|bedside|link|motion|platform)/",
        ]),
        {
            name: "firmware-is-devicescript",
            severity: "error",
            from: { path: "^src/(firmware/|main[^/]*\\.ts$)" },
            to: {
                dependencyTypes: ["core", "npm", "npm-dev"],
                pathNot: "@(devicescript|dsboard)",
            },
        },
        ...Object.entries(HOST).map(([name, allowed]) =>
            only(`host-${name}`, `^src/host/${name}/`, allowed)
        ),
        only(
            "host-targets",
            "^src/host/targets/(?!virtual/)",
            host("console", "frames", "link", "registers", "run", "sequence", "targets")
        ),
        only("host-targets-virtual", "^src/host/targets/virtual/", [
            ...host("console", "frames", "link", "registers", "run", "sequence", "targets"),
            "^boards/virtual/",
        ]),
        only("host-simulate", "^src/host/simulate/", [
            ...host("console", "follow", "references", "run", "runs", "targets"),
            "^boards/virtual/",
            // The words of the unit's display, so that its operator reads the same ones on the page.
            "^src/firmware/bedside/screens/texts\\.ts$",
        ]),
        only("host-cli", "^src/host/cli/", [SHARED, LOADER, "^src/host/"]),
        only("host-files", "^src/host/[^/]+\\.ts$", host("run")),
        only("virtual-board", "^boards/virtual/", [SHARED, LOADER]),
        only("tools", "^src/tools/", [SHARED, "^src/host/", "^boards/virtual/", "^hil-tests/"]),
        only("hil-tests", "^hil-tests/", [
            SHARED,
            "^src/(host|tools)/",
            "^boards/virtual/",
            // The driver's own constants, which a test holds against the data sheet.
            "^src/firmware/motion/",
        ]),
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        enhancedResolveOptions: { extensions: [".ts", ".js", ".d.ts"] },
    },
}
