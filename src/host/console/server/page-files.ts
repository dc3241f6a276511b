// The files of the page: its HTML with the token of the session, and the bundle that `npm run build` makes of page/.

import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { refused, type Reply } from "./reply"

/** Written by src/tools/build/bundle.ts. */
const BUNDLE = fileURLToPath(new URL("../../../../.devicescript/page", import.meta.url))
const HTML = fileURLToPath(new URL("../page/index.html", import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
    js: "text/javascript; charset=utf-8",
    css: "text/css; charset=utf-8",
    map: "application/json; charset=utf-8",
}

const NOT_BUILT = "The page is not built; run `npm run build`, and open it again."

/** The page of every path that is one of its own. */
export function pageHtml(token: string): Reply {
    const text = readFileSync(HTML, "utf8").replace("{{token}}", token)
    return { status: 200, type: "text/html; charset=utf-8", body: text }
}

/** @param name such as app.js */
export function bundleFile(name: string): Reply | undefined {
    const type =
        TYPES[/^[\w-]+\.(js|css|map|js\.map|css\.map)$/.exec(name)?.[1]?.split(".").at(-1) ?? ""]
    if (!type) return undefined
    const path = join(BUNDLE, name)
    if (!existsSync(path))
        return existsSync(join(BUNDLE, "app.js")) ? undefined : refused(404, NOT_BUILT)
    return { status: 200, type, body: readFileSync(path) }
}
