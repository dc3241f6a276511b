// The dial of the unit: turned by wheel, drag or keys, pushed by a click, a tap or a key.

import { el } from "./dom.js"

/** @typedef {import("./holds.js").Holds} Holds */
/**
 * A pointer on the dial.
 * @typedef {object} Drag
 * @property {number} id
 * @property {string} source that holds the dial
 * @property {ReturnType<typeof setTimeout> | undefined} timer until it is a push
 * @property {number} lastDeg
 * @property {number} rest turned, but less than a click, degrees
 * @property {"unknown" | "push" | "turn"} does
 */

/** Clicks of a whole turn, as of a usual encoder. */
const CLICKS = 24
/** Movement of a wheel for one click, px: one notch of a mouse gives 100 to 120. */
const WHEEL_PX = 60
const LINE_PX = 30
const CLICK_DEG = 360 / CLICKS
/** From this angle on a pointer turns the dial. */
const TURN_FROM_DEG = CLICK_DEG / 2
/** A pointer that rests on the rim for this time pushes the dial. */
const PUSH_AFTER_MS = 250
/** A tap pushes the dial for this time. */
const TAP_MS = 150
/** Part of the radius that only pushes. */
const MIDDLE = 0.45

/**
 * @param {Holds} holds
 * @param {(clicks: number) => void} onTurn positive: clockwise
 * @returns {(clicks: number) => void} turns the dial
 */
export function startDial(holds, onTurn) {
    let angleDeg = 38
    const draw = () => el("dial-cap").style.setProperty("--angle", `${angleDeg}deg`)
    /** @param {number} clicks */
    const turn = clicks => {
        if (clicks === 0) return
        angleDeg += clicks * CLICK_DEG
        draw()
        onTurn(clicks)
    }
    draw()
    turnByWheel(turn)
    turnByDrag(turn, holds)
    return turn
}

/** @param {(clicks: number) => void} turn */
function turnByWheel(turn) {
    let rest = 0
    const onWheel = (/** @type {WheelEvent} */ event) => {
        // The wheel with Ctrl enlarges the page.
        if (event.ctrlKey) return
        event.preventDefault()
        // Away from the user, as arrow up, is clockwise: it raises a value.
        rest -= event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX)
        const clicks = Math.trunc(rest / WHEEL_PX)
        rest -= clicks * WHEEL_PX
        turn(clicks)
    }
    el("face").addEventListener("wheel", onWheel, { passive: false })
}

/**
 * A pointer on the middle pushes the dial. One on its rim turns it, or pushes it if it does not move around.
 * @param {(clicks: number) => void} turn
 * @param {Holds} holds
 */
function turnByDrag(turn, holds) {
    const dial = el("dial")
    /** @type {Drag | undefined} */
    let drag
    dial.addEventListener("pointerdown", event => {
        if (event.button !== 0 || drag) return
        dial.setPointerCapture(event.pointerId)
        const { deg, isMiddle } = placeOf(dial, event)
        const source = `pointer ${event.pointerId}`
        const push = () => holds.press("dial", source)
        const timer = isMiddle ? undefined : setTimeout(push, PUSH_AFTER_MS)
        const does = isMiddle ? "push" : "unknown"
        drag = { id: event.pointerId, source, timer, lastDeg: deg, rest: 0, does }
        if (isMiddle) push()
    })
    dial.addEventListener("pointermove", event => {
        if (!drag || drag.id !== event.pointerId || drag.does === "push") return
        if (holds.isHeld("dial")) return void (drag.does = "push")
        const { deg } = placeOf(dial, event)
        drag.rest += ((deg - drag.lastDeg + 540) % 360) - 180
        drag.lastDeg = deg
        if (Math.abs(drag.rest) >= TURN_FROM_DEG) drag.does = "turn"
        if (drag.does !== "turn") return
        clearTimeout(drag.timer)
        const clicks = Math.trunc(drag.rest / CLICK_DEG)
        drag.rest -= clicks * CLICK_DEG
        turn(clicks)
    })
    /** @param {PointerEvent} event @param {boolean} isTap */
    const end = (event, isTap) => {
        if (drag?.id !== event.pointerId) return
        const { source, timer, does } = drag
        drag = undefined
        clearTimeout(timer)
        if (isTap && does === "unknown" && !holds.isHeld("dial")) return pushShortly(holds)
        holds.release(source)
    }
    dial.addEventListener("pointerup", event => end(event, true))
    dial.addEventListener("pointercancel", event => end(event, false))
    dial.addEventListener("lostpointercapture", event => end(event, false))
    // A click without a pointer and without a key is that of a screen reader.
    dial.addEventListener("click", event => {
        if (event.detail === 0) pushShortly(holds)
    })
}

/** @param {Holds} holds */
function pushShortly(holds) {
    holds.press("dial", "click")
    setTimeout(() => holds.release("click"), TAP_MS)
}

/** @param {HTMLElement} dial @param {PointerEvent} event */
function placeOf(dial, { clientX, clientY }) {
    const { left, top, width, height } = dial.getBoundingClientRect()
    const [x, y] = [clientX - left - width / 2, clientY - top - height / 2]
    return {
        deg: (Math.atan2(y, x) * 180) / Math.PI,
        isMiddle: Math.hypot(x, y) < MIDDLE * (width / 2),
    }
}
