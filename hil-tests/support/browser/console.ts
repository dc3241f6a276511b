// Opens a page of the console in a browser, for tests of what a user does and sees.

import type { BrowserContext, Page } from "playwright-core"
import { serveConsole } from "../../../src/host/console/console-server"
import { THIS_MACHINE } from "../../../src/host/console/place"
import type { Station } from "../../../src/host/console/station"

/** Opens the page of a station in a browser; log output and requests to other hosts are errors. */
export async function openConsole(
    browser: BrowserContext,
    station: Station,
    place = THIS_MACHINE
): Promise<{
    page: Page
    url: string
    refresh: () => void
    problems: string[]
    close: () => Promise<void>
}> {
    const serving = await serveConsole(station, 0, place)
    const page = await browser.newPage()
    const problems: string[] = []
    page.on("console", line => {
        if (line.type() === "error") problems.push(line.text())
    })
    page.on("pageerror", error => void problems.push(error.message))
    const { origin } = new URL(serving.url)
    page.on("request", requested => {
        const own = requested.url().startsWith(origin)
        if (!own && !requested.url().startsWith("data:")) problems.push(requested.url())
    })
    await page.goto(serving.url)
    return {
        ...{ page, url: serving.url, problems, refresh: serving.refresh },
        close: async () => {
            await page.close()
            await serving.close()
        },
    }
}

/** Waits until something on the page has this text. */
export async function sees(page: Page, selector: string, text: RegExp): Promise<void> {
    await page.locator(selector, { hasText: text }).first().waitFor()
}
