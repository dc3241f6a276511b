// Finds what is wrong in the layout of a page of the console, parts of which scroll: a page that scrolls, cut text, controls that overlap, are small or have no name.

import type { Page } from "playwright-core"

/** Target with a mouse and with a finger, px. */
const TARGET_MOUSE_PX = 32
const TARGET_TOUCH_PX = 44

export interface LayoutOptions {
    readonly isTouch: boolean
    /** A small window: the page may scroll down, but never sideways. */
    readonly scrollsDown?: boolean
}

/** Runs in the browser: the text of a function, since this code is compiled for Node. */
const FIND = `((target, isTouch, scrollsDown) => {
    const problems = []
    const nameOf = e => e.id || (e.getAttribute("class") ?? "") || e.tagName
    const styleOf = e => getComputedStyle(e)
    const chainOf = e => e.parentElement ? [e.parentElement, ...chainOf(e.parentElement)] : []
    const scrollers = e => chainOf(e).filter(one => /auto|scroll/.test(styleOf(one).overflow) && one !== document.documentElement && one !== document.body)
    const scrolls = e => scrollers(e).length > 0
    // What is seen of an element: its box within those that clip it.
    const boxOf = e => {
        let { left, top, right, bottom } = e.getBoundingClientRect()
        for (const clip of chainOf(e).filter(one => styleOf(one).overflow !== "visible" && one !== document.body && one !== document.documentElement)) {
            const box = clip.getBoundingClientRect()
            left = Math.max(left, box.left); top = Math.max(top, box.top)
            right = Math.min(right, box.right); bottom = Math.min(bottom, box.bottom)
        }
        return { left, top, right, bottom, width: right - left, height: bottom - top }
    }
    const isSeen = e => {
        const { width, height } = boxOf(e)
        return width > 0 && height > 0 && styleOf(e).visibility !== "hidden" && !e.closest("svg, .hidden")
    }
    const isCutOnPurpose = e => styleOf(e).textOverflow === "ellipsis"
    const { scrollWidth, scrollHeight } = document.documentElement
    if (scrollWidth > innerWidth) problems.push("the page scrolls sideways")
    if (scrollHeight > innerHeight && !scrollsDown) problems.push("the page scrolls")
    for (const e of document.querySelectorAll("header *, main *, .alarm, .alarm *, footer *, .along, .gutter *")) {
        if (!isSeen(e) || e.matches(".dial, .dial *, canvas")) continue
        const { left, top, right, bottom } = e.getBoundingClientRect()
        const isBeside = left < -0.5 || right > innerWidth + 0.5
        const isBelow = !scrollsDown && (top < -0.5 || bottom > innerHeight + 0.5)
        if ((isBeside || isBelow) && !scrolls(e) && !chainOf(e).some(isCutOnPurpose)) problems.push("outside: " + nameOf(e))
        const { display, overflowX, overflowY } = styleOf(e)
        if (display === "inline" || /auto|scroll/.test(overflowX + overflowY) || isCutOnPurpose(e) || chainOf(e).some(isCutOnPurpose)) continue
        const isCut = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1
        if (isCut && overflowX !== "visible") problems.push("cut: " + nameOf(e) + " " + e.textContent.trim().slice(0, 40))
        const isTooWide = overflowX === "visible" && e.scrollWidth > e.clientWidth + 1
        if (isTooWide && e.matches("button, button *, .fig, .fig *, .badge, h1, h2, header *, footer *"))
            problems.push("too narrow for its text: " + nameOf(e) + " " + e.textContent.trim().slice(0, 40))
    }
    const nameIn = e => [e, ...e.querySelectorAll("input")].some(one => one.getAttribute("aria-label")?.trim()) || (e.textContent + (e.placeholder ?? "")).trim()
    const controls = [...document.querySelectorAll("button, a[href], summary" + (isTouch ? ", label.check, label.tick, label.slider, input, textarea" : ""))]
        .filter(isSeen).filter(e => !(e.matches("input") && e.closest("label")))
    for (const e of controls) {
        const { width, height } = e.getBoundingClientRect()
        if (width < target - 0.5 || height < target - 0.5)
            problems.push("small: " + nameOf(e) + " " + e.textContent.trim().slice(0, 20) + " " + width + " x " + height)
        if (!nameIn(e)) problems.push("no name: " + nameOf(e))
    }
    const texts = [...document.querySelectorAll("h1, h2, p, .hint, .lamps li, canvas, .alarm .txt, .badge, .verdict, .notice, .read, .kept, .corner, .fig, dt, dd, .facts, .gutter span, header .what > *")]
    const apart = [...controls, ...texts].filter(isSeen)
    // A head or foot that stays lies over what scrolls below it.
    const standsOf = e => [e, ...chainOf(e)].find(one => /fixed|sticky/.test(styleOf(one).position)) ?? document.body
    const mayOverlap = (a, b) =>
        a.contains(b) || b.contains(a) || standsOf(a) !== standsOf(b) ||
        (a.closest("live-picture") && b.closest("live-picture")) ||
        (a.matches("canvas") && b.closest(".stage, .track, .place")) || (b.matches("canvas") && a.closest(".stage, .track, .place"))
    const boxes = apart.map(boxOf)
    apart.forEach((a, i) => apart.slice(i + 1).forEach((b, n) => {
        const [p, q] = [boxes[i], boxes[i + 1 + n]]
        if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1 && !mayOverlap(a, b))
            problems.push("overlap: " + nameOf(a) + " " + a.textContent.trim().slice(0, 20) + " and " + nameOf(b) + " " + b.textContent.trim().slice(0, 20))
    }))
    return problems
})`

/** @returns one line for each problem */
export async function layoutProblems(
    page: Page,
    { isTouch, scrollsDown = false }: LayoutOptions
): Promise<string[]> {
    const target = isTouch ? TARGET_TOUCH_PX : TARGET_MOUSE_PX
    return page.evaluate(`${FIND}(${target}, ${isTouch}, ${scrollsDown})`)
}
