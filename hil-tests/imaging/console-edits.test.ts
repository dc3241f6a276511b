// What a person changes of a run in the console's review: calipers, notes of bookmarks, borders and references.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { testResults } from "../../src/host/console/testing/test-results"
import { testSession, testStation } from "../../src/host/console/testing/test-session"
import type { Edits } from "../../src/host/measure/edits"
import type { Marks } from "../../src/host/runs/marks-file"
import { browserTests, openBrowser, until } from "../support/browser/chromium"
import { openConsole, sees } from "../support/browser/console"

const test = suite("changes of a run in the console")
const inBrowser = browserTests(test)
let browser: BrowserContext | undefined
const folders: string[] = []

test.before(async () => {
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } })
})
test.after(async () => {
    await browser?.close()
    for (const folder of folders) rmSync(folder, { recursive: true })
})

function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "ivus-edits-"))
    folders.push(folder)
    return folder
}

/** The depth of the test's catheter: 64 samples of 0.05 mm. */
const DEPTH_MM = 3.2

/** From mm of the cross-section to the page's pixels. */
async function pixelsOf(page: Page): Promise<(x: number, y: number) => [number, number]> {
    const box = (await page.locator(".stage").boundingBox())!
    const scale = Math.min(box.width, box.height) / (2 * DEPTH_MM)
    return (x, y) => [box.x + box.width / 2 + x * scale, box.y + box.height / 2 + y * scale]
}

/** The number in the last text of calipers that begins with this name; a pixel of the page is some 0.015 mm. */
async function shownValue(page: Page, name: string): Promise<number> {
    const text = await page.locator(".calipers text", { hasText: name }).textContent()
    return Number(/ ([\d.]+)/.exec(text!)![1])
}

function assertNear(value: number, expected: number, tolerance: number): void {
    assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not ${expected}`)
}

inBrowser(
    "calipers: distance, area and angle, kept, on their frame only, renamed, removed and undone",
    async () => {
        const folder = newFolder()
        const session = testSession(folder)
        const { page, problems, close } = await openConsole(browser!, testStation(session))
        const calipers = (): Marks["calipers"] => session.content().marks.calipers
        try {
            await sees(page, ".stage", /Frame/)
            await page.keyboard.press("Home")
            await sees(page, ".tl b", /^Frame 1$/)
            const px = await pixelsOf(page)
            const click = (x: number, y: number): Promise<void> => page.mouse.click(...px(x, y))
            await page.keyboard.press("d")
            await page.mouse.move(...px(-1, 0.5))
            await page.mouse.down()
            await page.mouse.move(...px(1, 0.5), { steps: 3 })
            await page.mouse.up()
            await sees(page, ".calipers-panel", /D1/)
            // Two ends, each within half a pixel.
            assertNear(await shownValue(page, "D1"), 2, 0.03)
            await page.keyboard.press("a")
            for (const [x, y] of [
                [-1, -1],
                [1, -1],
                [1, 1],
                [-1, 1],
                [-1, -1],
            ] as const)
                await click(x, y)
            await sees(page, ".calipers-panel", /A1/)
            assertNear(await shownValue(page, "A1"), 4, 0.12)
            await page.locator(".rail button", { hasText: "Angle" }).click()
            for (const [x, y] of [
                [1.5, 0],
                [0, 0],
                [0, 1.5],
            ] as const)
                await click(x, y)
            await sees(page, ".calipers-panel", /90°/)
            // By keys: the cross starts in the middle; 50 px to the right.
            await page.keyboard.press("g")
            await page.keyboard.press("d")
            for (const key of ["Enter", "Enter", "Shift+ArrowRight", "Shift+ArrowRight"])
                await page.keyboard.press(key)
            for (let n = 0; n < 5; n++) await page.keyboard.press("ArrowRight")
            await page.keyboard.press("Enter")
            await sees(page, ".calipers-panel", /D2/)
            assertNear(await shownValue(page, "D2"), 50 / (px(1, 0)[0] - px(0, 0)[0]), 0.01)
            assert.is(calipers().length, 4)
            const kept = JSON.parse(readFileSync(join(folder, "marks.json"), "utf8")) as Marks
            assert.equal(kept.calipers, calipers())

            // An end of the first one is dragged half a millimetre further, and back by undo.
            await page.mouse.move(...px(1, 0.5))
            await page.mouse.down()
            await page.mouse.move(...px(1.5, 0.5), { steps: 3 })
            await page.mouse.up()
            await until(() => calipers()[0]!.points_mm[1]![0] > 1.4)
            assertNear(await shownValue(page, "D1"), 2.5, 0.03)
            await page.keyboard.press("z")
            await until(() => calipers()[0]!.points_mm[1]![0] < 1.1)
            // With a finger.
            const touch = await browser!.newCDPSession(page)
            for (const [type, ...at] of [
                ["touchStart", [-1, 1.5]],
                ["touchMove", [0, 1.5]],
                ["touchMove", [1, 1.5]],
                ["touchEnd"],
            ] as [type: "touchStart" | "touchMove" | "touchEnd", ...at: [number, number][]][])
                await touch.send("Input.dispatchTouchEvent", {
                    type,
                    touchPoints: at.map(mm => {
                        const [x, y] = px(...mm)
                        return { x, y }
                    }),
                })
            await sees(page, ".calipers-panel", /D3/)
            assertNear(await shownValue(page, "D3"), 2, 0.03)
            await page.keyboard.press("z")
            await until(() => calipers().length === 4)

            await page.keyboard.press("z")
            await until(() => calipers().length === 3)
            await page.getByLabel("note of D1").fill("stent")
            await page.keyboard.press("Enter")
            await until(() => calipers()[0]!.label === "stent")
            await page.keyboard.press("Escape")
            await page.keyboard.press("End")
            await sees(page, ".stage", /Frame 40/)
            await until(async () => (await page.locator(".calipers text").count()) === 0)
            await page.getByRole("button", { name: /^A1/ }).click()
            await sees(page, ".tl b", /^Frame 1$/)
            await page.getByRole("button", { name: "Remove A1" }).click()
            await until(() => calipers().length === 2)
            await page.keyboard.press("z")
            await until(() => calipers().length === 3)

            await page.keyboard.press("b")
            await page.getByLabel("note of ⚑ 1").fill("side branch")
            await page.keyboard.press("Enter")
            await sees(page, ".places", /side branch/)
            assert.is(session.content().marks.bookmarks[0]!.note, "side branch")
            assert.equal(problems, [])
        } finally {
            await close()
        }
    }
)

inBrowser(
    "borders: dragged with its neighbours and measured at once, by keys, undone, automatic again; references dragged",
    async () => {
        const folder = newFolder()
        // Narrow in the middle, so that there are a lesion and references.
        const results = testResults(n => 2.5 - 1.2 * Math.exp(-(((n - 20) / 4) ** 2)))
        const session = testSession(folder, {}, results)
        const { page, problems, close } = await openConsole(browser!, testStation(session))
        const area = (): number => session.content().measures[0]!.areaMm2!
        const borders = (): Edits["borders"] => session.content().edits.borders
        try {
            await sees(page, ".stage", /Frame/)
            await page.keyboard.press("Home")
            await sees(page, ".tl b", /^Frame 1$/)
            const px = await pixelsOf(page)
            const automatic = area()
            await page.keyboard.press("e")
            await page.locator("path.handles-lumen[d^=M]").waitFor()
            await page.mouse.move(...px(2.5, 0))
            await page.mouse.down()
            await page.mouse.move(...px(2, 0), { steps: 4 })
            // 0.5 mm at its middle, as a raised cosine over 0.1 of the length on either side: W = 0.2 pi, and the area
            // falls by (2.5 * W - 0.375 * 0.5 * W) / 2 = 0.73 mm2; a pixel is 1/65 mm, and the A-lines are 0.25 mm apart.
            await sees(page, "[data-panel='Border']", /18\.[89]\d mm²/)
            assert.is(area(), automatic)
            await page.mouse.up()
            await until(() => borders().length === 1)
            assertNear(automatic - area(), 0.73, 0.05)
            await sees(page, "[data-panel='This frame']", /18\.[89]\d mm².*edited/s)
            const [, unmoved] = borders()[0]!.points_mm[32]!.map(Math.abs)
            assertNear(unmoved!, 0, 1e-3)
            assertNear(borders()[0]!.points_mm[0]![0], 2, 0.02)
            await page.keyboard.press("z")
            await until(() => borders().length === 0)
            await sees(page, "[data-panel='This frame']", /19\.\d\d mm²/)
            // By keys, from the top of the border: 20 px outwards.
            for (const key of ["Enter", "Enter", "Shift+ArrowUp", "Enter"])
                await page.keyboard.press(key)
            await until(() => borders().length === 1)
            assert.ok(area() > automatic + 0.2, `${area()} after ${automatic}`)
            await page.getByRole("button", { name: "Automatic lumen" }).click()
            await until(() => area() === automatic)

            const bar = page.getByRole("slider", { name: "distal reference" })
            const at = (await bar.boundingBox())!
            const before = session.content().segment.referenceDistal!
            await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2)
            await page.mouse.down()
            await page.mouse.move(at.x + at.width / 2 - 30, at.y + at.height / 2, { steps: 3 })
            await page.mouse.up()
            const moved = (): Edits["references"] => session.content().edits.references
            await until(() => moved().length === 1)
            const pxPerMm = at.width / (before.toMm - before.fromMm)
            assertNear(before.fromMm - moved()[0]!.from_mm, 30 / pxPerMm, 0.02)
            await bar.focus()
            await page.keyboard.press("ArrowRight")
            await until(() => session.content().edits.history.at(-1)!.what.includes("distal"))
            await page.getByRole("button", { name: "Automatic references" }).click()
            await until(() => moved().length === 0)
            assert.equal(session.content().segment.referenceDistal, before)
            assert.equal(problems, [])
        } finally {
            await close()
        }
    }
)

inBrowser(
    "what was not found: a lumen is drawn, a reference set; a run is rejected with a reason; one scale along and across",
    async () => {
        const results = testResults(n => (n === 0 ? NaN : 2.5))
        const session = testSession(newFolder(), {}, results)
        const { page, problems, close } = await openConsole(browser!, testStation(session))
        try {
            await sees(page, ".stage", /Frame/)
            await page.keyboard.press("Home")
            await sees(page, ".tl b", /^Frame 1$/)
            const px = await pixelsOf(page)
            await page.keyboard.press("e")
            await page.mouse.move(...px(1.5, 0))
            await page.mouse.down()
            await page.mouse.move(...px(2, 0), { steps: 3 })
            await page.mouse.up()
            await until(() => session.content().edits.borders.length === 1)
            // A polygon of 64 corners on a circle of 2 mm, within a pixel of 1/65 mm: 2 x 2 x pi x 0.015 mm2.
            assertNear(session.content().measures[0]!.areaMm2!, 4 * Math.PI, 0.25)
            await page.getByRole("button", { name: "Set distal here" }).click()
            await until(() => session.content().edits.references.length === 1)
            const [{ which, from_mm, to_mm }] = session.content().edits.references as [
                Edits["references"][number],
            ]
            assert.equal({ which, from_mm, to_mm }, { which: "distal", from_mm: 0, to_mm: 1 })
            await page.keyboard.press("x")
            await page.getByLabel("Why is it not usable?").fill("no blood cleared")
            await page.keyboard.press("Enter")
            await sees(page, "[data-panel='Lesion']", /Rejected by tester: no blood cleared/)
            assert.is(session.content().marks.rejected!.reason, "no blood cleared")
            await page.keyboard.press("x")
            await until(() => session.content().marks.rejected === null)

            await page.keyboard.press("=")
            await sees(page, ".right-long", /scale 1:1/)
            const { height } = (await page.locator(".lane-long").boundingBox())!
            const ticks = await page
                .locator(".axis text")
                .evaluateAll(texts =>
                    texts.map(one => [parseFloat(one.textContent!), Number(one.getAttribute("x"))])
                )
            const [[mm0, x0], [mm1, x1]] = ticks as [[number, number], [number, number]]
            assertNear((x1 - x0) / (mm1 - mm0), height / (2 * DEPTH_MM), 0.01)
            assert.equal(problems, [])
        } finally {
            await close()
        }
    }
)

test.run()
