// Strict type check of the firmware: reports errors only in our files, as the DeviceScript libraries are not strict.

import ts from "typescript"

const CONFIG = "src/firmware/tsconfig.json"

const { config } = ts.readConfigFile(CONFIG, file => ts.sys.readFile(file))
const parsed = ts.parseJsonConfigFileContent(config, ts.sys, "src/firmware")
const program = ts.createProgram(parsed.fileNames, parsed.options)
const ours = ts
    .getPreEmitDiagnostics(program)
    .filter(d => !d.file?.fileName.includes("node_modules"))
process.stdout.write(
    ts.formatDiagnosticsWithColorAndContext(ours, {
        getCanonicalFileName: name => name,
        getCurrentDirectory: () => process.cwd(),
        getNewLine: () => "\n",
    })
)
process.exitCode = ours.length > 0 ? 1 : 0
