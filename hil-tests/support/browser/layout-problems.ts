// Finds what is wrong in the layout of a page: a page that scrolls, cut text, controls that overlap, are small or have no name.

import type { Page } from "playwright-core"

/** Target with a mouse and with a finger, px. */
const TARGET_MOUSE_PX = 32
const TARGET_TOUCH_PX = 44

/** Runs in the browser: the text of a function, since this code is compiled for Node. */
const FIND = `(target => {
    const problems = []
    const nameOf = e => e.id || e.className?.toString() || e.tagName
    const isSeen = e => {
        const { width, height } = e.getBoundingClientRect()
        return width > 0 && height > 0 && !e.closest("svg, .hidden")
    }
    const scrolls = e => e.closest(".faults, .caused, dialog")
    const { scrollWidth, scrollHeight } = document.documentElement
    if (scrollWidth > innerWidth || scrollHeight > innerHeight) problems.push("the page scrolls")
    for (const e of document.querySelectorAll("header *, main *")) {
        if (!isSeen(e) || e.matches(".dial, .dial *, canvas")) continue
        const { left, top, right, bottom } = e.getBoundingClientRect()
        const isOut = left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5
        if (isOut && !scrolls(e)) problems.push("outside: " + nameOf(e))
        if (getComputedStyle(e).display === "inline" || e.matches(".faults, .caused")) continue
        const isCut = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1
        if (isCut) problems.push("cut: " + nameOf(e) + " " + e.textContent.trim().slice(0, 40))
    }
    const controls = [...document.querySelectorAll("button, a[href]")].filter(isSeen)
    for (const e of controls) {
        const { width, height } = e.getBoundingClientRect()
        if (width < target - 0.5 || height < target - 0.5)
            problems.push("small: " + nameOf(e) + " " + width + " x " + height)
        if (!(e.getAttribute("aria-label") ?? e.textContent).trim()) problems.push("no name: " + nameOf(e))
    }
    const texts = [...document.querySelectorAll("h1, h2, p, .hint, .lamps li, canvas, .alarm")]
    const apart = [...controls, ...texts].filter(e => isSeen(e) && !scrolls(e))
    apart.forEach((a, i) => apart.slice(i + 1).forEach(b => {
        if (a.contains(b) || b.contains(a) || (a.closest("live-picture") && b.closest("live-picture"))) return
        const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()]
        if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1)
            problems.push("overlap: " + nameOf(a) + " and " + nameOf(b))
    }))
    return problems
})`

/** @returns one line for each problem */
export async function layoutProblems(page: Page, isTouch: boolean): Promise<string[]> {
    return page.evaluate(`${FIND}(${isTouch ? TARGET_TOUCH_PX : TARGET_MOUSE_PX})`)
}
