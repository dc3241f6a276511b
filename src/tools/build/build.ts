// `npm run build`: builds the programs of the boards, prints their bytes of code against the budget, and bundles the host.

import { Command } from "commander"
import { PROGRAMS } from "../../shared/programs"
import { overBudget, sizeTable } from "./budget"
import { buildInto } from "./build-program"
import { bundlePage, bundlePrograms } from "./bundle"
import { codeSize } from "./code-size"

const options = new Command("npm run build --")
    .description(
        "builds the programs of the boards, prints their bytes of code, and bundles the host"
    )
    .option("--files", "a row for each source file")
    .option("--quiet", "print errors only")
    .parse()
    .opts<{ files?: boolean; quiet?: boolean }>()

try {
    await bundlePrograms()
    await bundlePage()
    for (const { source, folder } of PROGRAMS) await buildInto(source, folder)
    const built = PROGRAMS.map(({ source, folder }) => ({ source, size: codeSize(folder) }))
    if (!options.quiet) process.stdout.write(`${sizeTable(built, options.files === true)}\n`)
    for (const error of overBudget(built)) {
        process.stderr.write(`${error}\n`)
        process.exitCode = 1
    }
} catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
}
