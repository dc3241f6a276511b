// Loads the console's renderers into a page of their own, without a server.

import { build } from "esbuild"
import type { BrowserContext, Page } from "playwright-core"
import type {
    RendererPage,
    SceneJson,
} from "../../../src/host/console/page/testing/renderer-page-types"
import type { ImagingGeometry, RingDownReference } from "../../../src/host/picture/picture"

const ENTRY = "src/host/console/page/testing/renderer-page.ts"

export async function rendererPage(browser: BrowserContext): Promise<Page> {
    const { outputFiles } = await build({
        ...{ entryPoints: [ENTRY], bundle: true, format: "iife", platform: "browser" },
        ...{ target: "es2022", write: false },
    })
    const page = await browser.newPage()
    await page.goto("about:blank")
    await page.addScriptTag({ content: outputFiles[0]!.text })
    return page
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

/** As the page takes it. */
export function sceneJson(geometry: ImagingGeometry, ringDown: RingDownReference): SceneJson {
    return {
        geometry: JSON.parse(JSON.stringify(geometry)) as SceneJson["geometry"],
        ringDown: { ...ringDown, codes: base64(ringDown.codes) },
        fixedDirection: false,
    }
}

/** Calls a function of the page. */
export function inPage<K extends keyof RendererPage>(
    page: Page,
    name: K,
    ...given: Parameters<RendererPage[K]>
): Promise<Awaited<ReturnType<RendererPage[K]>>> {
    return page.evaluate(
        ([name, given]) => {
            const { rendererPage } = globalThis as unknown as {
                rendererPage: Record<string, (...args: unknown[]) => unknown>
            }
            return rendererPage[name]!(...given)
        },
        [name, given] as [string, unknown[]]
    ) as Promise<Awaited<ReturnType<RendererPage[K]>>>
}
