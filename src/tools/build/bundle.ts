// Bundles the programs of the host, each into one file, and the console's page: a process or thread of TypeScript takes 0.2 to 0.8 s longer until it runs.

import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { build, type Plugin } from "esbuild"

/** Read by src/load-program.mjs. */
const FOLDER = join(".devicescript", "host")

/** The command line and the programs of its threads. */
const HOST_PROGRAMS = [
    "src/host/cli/ivus.ts",
    "src/host/follow/run-thread-program.ts",
    "src/host/link/thread/link-thread.ts",
    "src/host/results/pipeline/work-thread.ts",
    "src/host/serve/cart/cart-thread.ts",
    "boards/virtual/vessel/plane-thread.ts",
]

/** A module of a bundle still finds files beside its source. */
const sourceUrls: Plugin = {
    name: "source-urls",
    setup: ({ onLoad }) =>
        onLoad({ filter: /[\\/](src|boards)[\\/].*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8")
            if (!text.includes("import.meta.url")) return undefined
            const url = `new URL(${JSON.stringify(relative(FOLDER, path))}, import.meta.url).href`
            return { contents: text.replaceAll("import.meta.url", url), loader: "ts" }
        }),
}

/** When each source was changed last. A source changed since the bundle was begun counts as changed. */
function sourceTimes(sources: readonly string[], begunMs: number): Record<string, number> {
    const timeOf = (source: string): number => {
        const { mtimeMs } = statSync(source)
        return mtimeMs < begunMs ? mtimeMs : 0
    }
    return Object.fromEntries(sources.map(source => [source, timeOf(source)]))
}

/** A thread that starts meanwhile finds the earlier file or this one. */
function replace(file: string, content: string | Uint8Array): void {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, content)
    renameSync(`${file}.new`, file)
}

/** Served by src/host/console/server/page-files.ts. */
const PAGE_FOLDER = join(".devicescript", "page")
const PAGE_SOURCES = "src/host/console/page"

/** Bundles the console's page, and the part of it that the simulator's page uses. */
export async function bundlePage(): Promise<void> {
    const { outputFiles } = await build({
        entryPoints: ["app.ts", "embed.ts"].map(name => join(PAGE_SOURCES, name)),
        ...{ outdir: PAGE_FOLDER, bundle: true, format: "esm", platform: "browser" },
        ...{ target: "es2022", sourcemap: "linked", write: false },
    })
    for (const { path, contents } of outputFiles) replace(path, contents)
}

/** Bundles the programs. @param folder of the bundles */
export async function bundlePrograms(folder = FOLDER): Promise<void> {
    const begunMs = performance.timeOrigin + performance.now()
    const { outputFiles, metafile } = await build({
        entryPoints: HOST_PROGRAMS.map(source => ({
            in: source,
            out: source.replaceAll("/", "-").replace(/\.ts$/, ""),
        })),
        ...{ outdir: folder, outExtension: { ".js": ".mjs" } },
        ...{ bundle: true, format: "esm", platform: "node", packages: "external" },
        ...{ target: "node20", plugins: [sourceUrls], metafile: true, write: false },
    })
    for (const { path, contents } of outputFiles) {
        const { inputs } = metafile.outputs[relative(resolve("."), path)]!
        replace(path, contents)
        replace(
            path.replace(/\.mjs$/, ".json"),
            JSON.stringify(sourceTimes(Object.keys(inputs), begunMs))
        )
    }
}
