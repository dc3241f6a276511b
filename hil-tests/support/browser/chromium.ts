// An installed Chromium for tests of pages; where it is missing, these tests are skipped and say so.

import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core"
import type { Test } from "uvu"

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    existsSync
)
/** Generous, since the browser shares two cores with other tests. */
export const LIMIT_MS = 20_000

/** Opens a browser with a profile of its own; undefined where Chromium is missing. */
export async function openBrowser(
    options: BrowserContextOptions
): Promise<BrowserContext | undefined> {
    if (!CHROMIUM) return undefined
    const profile = mkdtempSync(join(tmpdir(), "ivus-browser-"))
    process.on("exit", () => rmSync(profile, { recursive: true, force: true }))
    const browser = await chromium.launchPersistentContext(profile, {
        ...options,
        executablePath: CHROMIUM,
        headless: true,
        args: [
            // WebGL2 on the processor, the same on every machine.
            ...["--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
            ...["--no-sandbox", "--disable-quic"],
            ...["--no-first-run", "--disable-background-networking"],
            ...["--disable-component-update", "--disable-sync"],
        ],
    })
    browser.setDefaultTimeout(LIMIT_MS)
    return browser
}

/** Tests of a suite that need the browser. */
export function browserTests(test: Test): (title: string, run: () => Promise<void>) => void {
    return (title, run) =>
        test(title, async () => {
            if (CHROMIUM) return run()
            console.log("skipped, because chromium is missing (apt-get install chromium)")
        })
}

/** Polls from outside: the pages' content security policy forbids Playwright's in-page polling. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = performance.now() + LIMIT_MS
    while (!(await condition())) {
        if (performance.now() > endMs) throw new Error("the condition was not met in time")
        await new Promise(resolve => setTimeout(resolve, 10))
    }
}
