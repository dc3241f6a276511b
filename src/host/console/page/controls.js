// The page's sliders, buttons and keys, and the requests that they send.

import { send, sendLatest } from "./connection.js"
import { buttonOf, el, inputOf, setText } from "./dom.js"

/** @typedef {import("../live-state").LiveState} LiveState */
/** @typedef {import("../review-view").ReviewState} ReviewState */
/** @typedef {"gain" | "dynamic-range" | "depth" | "frame"} SliderKind */

/** Within this time a key step continues from the last one, because the server's answer may be older. */
const STEP_MEMORY_MS = 400

/** Request that each slider sends. @type {Readonly<Record<string, SliderKind>>} */
const SLIDERS = { gain: "gain", range: "dynamic-range", depth: "depth", scroll: "frame" }

/** Sliders that the user drags. @type {Set<string>} */
const dragged = new Set()
/** Latest key step of each slider. @type {Map<string, { value: number, ms: number }>} */
const steps = new Map()
/** @type {() => LiveState | ReviewState | undefined} */
let currentState = () => undefined

/** @param {string} id */
export const isDragged = id => dragged.has(id)

/** Connects all controls. @param {() => LiveState | ReviewState | undefined} state returns the latest state */
export function startControls(state) {
    currentState = state
    for (const [id, kind] of Object.entries(SLIDERS)) {
        const slider = inputOf(id)
        slider.addEventListener("input", () => sendLatest({ kind, value: Number(slider.value) }))
        slider.addEventListener("pointerdown", () => dragged.add(id))
        slider.addEventListener("pointerup", () => dragged.delete(id))
        slider.addEventListener("pointercancel", () => dragged.delete(id))
    }
    el("freeze").addEventListener("click", freeze)
    el("capture").addEventListener("click", capture)
    el("transmit").addEventListener("click", transmit)
    el("subtract").addEventListener("click", subtract)
    el("acknowledge").addEventListener("click", acknowledge)
    // By a click only: a key that is pressed by accident must not end a fault or move the sled.
    el("answer").addEventListener("click", answer)
    el("stop").addEventListener("click", () => send({ kind: "stop" }))
    el("pause-sound").addEventListener("click", pauseSound)
    addEventListener("keydown", onKey)
}

/** Shows the settings and their ranges. @param {LiveState["display"]} display */
export function renderSettings({ gainDb, dynamicRangeDb, depthMm, limits }) {
    setSlider("gain", gainDb, limits.gainDb, `${gainDb > 0 ? "+" : ""}${gainDb} dB`)
    setSlider("range", dynamicRangeDb, limits.dynamicRangeDb, `${dynamicRangeDb} dB`)
    inputOf("depth").disabled ||= depthMm === null
    if (depthMm !== null && limits.depthMm)
        setSlider("depth", depthMm, limits.depthMm, `${depthMm.toFixed(1)} mm`)
}

/** @param {string} id @param {number} value @param {readonly [number, number]} limits @param {string} text */
function setSlider(id, value, [min, max], text) {
    const slider = inputOf(id)
    // Steps count from the minimum, so both limits are rounded inwards to tenths.
    slider.min = String(Math.ceil(10 * min) / 10)
    slider.max = String(Math.floor(10 * max + 1e-6) / 10)
    if (!dragged.has(id)) slider.value = String(value)
    setText(`${id}-value`, text)
}

function freeze() {
    const state = currentState()
    if (state?.mode === "live") send({ kind: "freeze", value: state.frozen === null })
}

function capture() {
    send({ kind: "capture" })
}

function transmit() {
    const state = currentState()
    if (state?.mode === "live") send({ kind: "transmit", value: !state.transmit })
}

function answer() {
    send({ kind: "answer", value: Number(buttonOf("answer").value) })
}

function acknowledge() {
    send({ kind: "acknowledge" })
}

function pauseSound() {
    send({ kind: "pause-sound" })
}

function subtract() {
    const state = currentState()
    if (state?.mode === "live") send({ kind: "subtract", value: !state.ringDown.subtracted })
}

/** Changes a setting by one key step. @param {string} id @param {number} by */
function step(id, by) {
    const slider = inputOf(id)
    const kind = SLIDERS[id]
    if (slider.disabled || !kind) return
    slider.value = String(latestValue(id) + by)
    const value = Number(slider.value)
    steps.set(id, { value, ms: performance.now() })
    send({ kind, value })
}

/** Value of a slider, or of its latest key step. @param {string} id */
function latestValue(id) {
    const last = steps.get(id)
    const recent = last && performance.now() - last.ms < STEP_MEMORY_MS
    return recent ? last.value : Number(inputOf(id).value)
}

/** Chooses a frame of a review. @param {number} frame index; clamped to the pullback */
export function goToFrame(frame) {
    const state = currentState()
    if (state?.mode !== "review") return
    const value = Math.max(0, Math.min(state.frames - 1, frame))
    inputOf("scroll").value = String(value)
    steps.set("scroll", { value, ms: performance.now() })
    send({ kind: "frame", value })
}

/** @type {Readonly<Record<string, () => void>>} */
const LIVE_KEYS = {
    " ": freeze,
    l: transmit,
    c: capture,
    s: subtract,
    a: acknowledge,
    p: pauseSound,
}
/** @type {Readonly<Record<string, () => void>>} */
const REVIEW_KEYS = {
    ArrowLeft: () => goToFrame(latestValue("scroll") - 1),
    ArrowRight: () => goToFrame(latestValue("scroll") + 1),
    PageUp: () => goToFrame(latestValue("scroll") - 10),
    PageDown: () => goToFrame(latestValue("scroll") + 10),
    Home: () => goToFrame(0),
    End: () => goToFrame(Infinity),
}
/** @type {Readonly<Record<string, () => void>>} */
const KEYS = {
    "[": () => step("gain", -1),
    "]": () => step("gain", 1),
    ",": () => step("range", -1),
    ".": () => step("range", 1),
    "-": () => step("depth", -0.5),
    "+": () => step("depth", 0.5),
    "=": () => step("depth", 0.5),
}

/** @param {KeyboardEvent} event */
function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const { target, key } = event
    const onSlider = target instanceof HTMLInputElement && target.type === "range"
    // A focused control handles its own keys.
    if (onSlider && (key in REVIEW_KEYS || key.startsWith("Arrow"))) return
    if (key === " " && target instanceof HTMLElement && target.matches("button, input")) return
    const modeKeys = currentState()?.mode === "review" ? REVIEW_KEYS : LIVE_KEYS
    const action = KEYS[key] ?? modeKeys[key] ?? modeKeys[key.toLowerCase()]
    if (!action) return
    event.preventDefault()
    action()
}
