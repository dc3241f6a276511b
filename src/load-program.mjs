// Loads a program in this process or thread: as `npm run build` has bundled it or, if its sources have changed since, from them.

import { readFileSync, statSync } from "node:fs"

const PROJECT = new URL("../", import.meta.url)
/** Written by src/tools/build/bundle.ts. */
const BUNDLES = ".devicescript/host"

/** @param {string} program URL of its TypeScript file */
export async function loadProgram(program, project = PROJECT) {
    const bundle = bundleOf(program, project)
    if (bundle) return import(bundle)
    // Node's own loader cannot read TypeScript.
    const { register } = await import("tsx/esm/api")
    register()
    return import(program)
}

/** URL of the bundle, unless one of its sources has changed. */
function bundleOf(program, project) {
    const name = program.slice(project.href.length).replaceAll("/", "-").replace(/\.ts$/, "")
    const bundle = new URL(`${BUNDLES}/${name}`, project).href
    try {
        const sources = JSON.parse(readFileSync(new URL(`${bundle}.json`), "utf8"))
        for (const [path, changedMs] of Object.entries(sources))
            if (statSync(new URL(path, project)).mtimeMs !== changedMs) return undefined
        return `${bundle}.mjs`
    } catch {
        // Never built, or a source is gone.
        return undefined
    }
}
