// Responsible for: the console's page: shows what the server tells, asks it for what somebody presses; keeps no state of its own.
// Not for: drawing (pictures.js, chart.js), or judging any value, which the server does.

import { measuresChart } from "./chart.js"
import { drawOver, paint, unpack } from "./pictures.js"

/** @typedef {import("../live-view").LiveTold} LiveTold */
/** @typedef {import("../review-view").ReviewTold} ReviewTold */
/** @typedef {import("../review-view").ReviewOpening} ReviewOpening */
/** @typedef {import("./pictures.js").Picture} Picture */

const RECONNECT_MS = 1000
/** A slider that is dragged asks so often. */
const ASK_EVERY_MS = 40
/** A refusal is to be read. */
const REFUSAL_MS = 8000
const BEAT_MS = 150
/** Steps by a key that is held down go on from each other. */
const STEPS_MS = 400

/** @type {LiveTold | ReviewTold | undefined} */
let told
/** @type {ReviewOpening | undefined} */
let opening
/** @type {Picture | undefined} */
let picture
/** @type {{ showAt(positionMm: number): void } | undefined} */
let chart
/** @type {WebSocket | undefined} */
let socket
let refusal = ""
let refusalMs = 0
/** What is waiting to be asked, by its kind. @type {Map<string, object>} */
const waiting = new Map()
/** @type {Set<string>} */
const dragged = new Set()

/** @param {string} id */
const el = id => /** @type {HTMLElement} */ (document.getElementById(id))
/** @param {string} id */
const inputOf = id => /** @type {HTMLInputElement} */ (el(id))
/** @param {string} id */
const canvasOf = id => /** @type {HTMLCanvasElement} */ (el(id))
/** @param {string} id @param {string} text */
const write = (id, text) => {
    if (el(id).textContent !== text) el(id).textContent = text
}
/** @param {string} id @param {boolean} on */
const show = (id, on) => void (el(id).hidden = !on)

/** @param {object} what */
function ask(what) {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what))
}

/** Asks soon, and only for the latest value. @param {string} kind @param {number} value */
function askSoon(kind, value) {
    if (waiting.size === 0)
        setTimeout(() => {
            for (const what of waiting.values()) ask(what)
            waiting.clear()
        }, ASK_EVERY_MS)
    waiting.set(kind, { ask: kind, value })
}

function connect() {
    socket = new WebSocket(`ws://${location.host}/`)
    socket.binaryType = "arraybuffer"
    socket.onopen = () => void (document.body.dataset.link = "open")
    socket.onmessage = ({ data }) => {
        if (typeof data === "string") hear(JSON.parse(data))
        else look(unpack(data))
    }
    socket.onclose = () => {
        document.body.dataset.link = "lost"
        told = undefined
        render()
        setTimeout(connect, RECONNECT_MS)
    }
}

/** @param {any} message */
function hear(message) {
    if (message.refusal) {
        refusal = message.refusal
        refusalMs = performance.now()
    } else if (message.opening) open(message)
    else told = message
    render()
}

/** @param {ReviewOpening} message */
async function open(message) {
    opening = message
    if (chart) return
    document.body.dataset.mode = "review"
    await new Promise((resolve, reject) => {
        const script = document.createElement("script")
        script.src = "echarts.js"
        script.onload = resolve
        script.onerror = reject
        document.head.append(script)
    })
    chart = measuresChart(el("chart"), message, pickPosition)
    render()
}

/** @param {Picture} came */
function look(came) {
    if (came.name === "longitudinal") return paint(canvasOf("long"), came)
    picture = came
    paint(canvasOf("greys"), came)
    if ((came.triggersDeg?.length ?? 0) > 0) beat()
    renderPicture()
}

function beat() {
    el("beat").classList.add("now")
    setTimeout(() => el("beat").classList.remove("now"), BEAT_MS)
}

function renderPicture() {
    if (!picture) return
    const { timeMs = 0, positionMm = 0, frame = 0 } = picture
    const live = document.body.dataset.mode === "live"
    drawOver(canvasOf("overlay"), picture, !live && inputOf("border").checked)
    write("time", `${(timeMs / 1000).toFixed(3)} s`)
    write("position", `${positionMm.toFixed(3)} mm`)
    write("frame", String(frame))
    show("trigger", (picture.triggersDeg?.length ?? 0) > 0)
    const missing = picture.linesMissing ?? 0
    show("gaps", missing > 0)
    write("gaps", `${missing} lines missing`)
    if (!live && opening) {
        chart?.showAt(positionMm)
        el("long-cursor").style.left = `${(100 * positionMm) / opening.lengthMm}%`
    }
}

function render() {
    const lost = document.body.dataset.link === "lost"
    const recent = performance.now() - refusalMs < REFUSAL_MS
    const said = (recent && refusal) || (told?.mode === "live" && told.said)
    show("said", Boolean(said))
    write("said", said || "")
    for (const control of document.querySelectorAll("button, input"))
        if (control.id !== "border")
            /** @type {HTMLButtonElement} */ (control).disabled = lost
    if (!told) {
        write("badge", lost ? "NO LINK" : "…")
        show("standing", lost)
        write(
            "standing",
            "The console's program has ended or does not answer: this picture is not live"
        )
        return
    }
    document.body.dataset.mode = told.mode
    write("notice", told.notice)
    show("insecure", told.insecure)
    renderSettings(told.display)
    if (told.mode === "live") renderLive(told)
    else renderReview(told)
}

/** @param {LiveTold} live */
function renderLive(live) {
    document.body.dataset.picture = live.picture
    const badge = { none: "NO PICTURE", live: "LIVE", frozen: "FROZEN", stopped: "STOPPED" }
    write("badge", badge[live.picture])
    write(
        "who",
        live.catheter ? `${live.catheter} no. ${live.serial} on ${live.target}` : live.target
    )
    write("cart-state", live.state ? `cart: ${live.state}` : "no cart yet")
    show("fault", live.fault !== null)
    write("fault", live.fault ?? "")
    show("standing", live.picture !== "live")
    write("standing", standingText(live))
    const [freeze, transmit] = [el("freeze"), el("transmit")]
    freeze.setAttribute("aria-pressed", String(live.frozen !== null))
    write2(freeze, live.frozen ? "Unfreeze" : "Freeze")
    write2(transmit, live.transmit ? "Stand by" : "Go live")
    write("frames", String(live.frames))
    write("rate", live.framesPerS?.toFixed(1) ?? "–")
    const { received = 0, missing = 0, dropped } = live.lines ?? {}
    write("received", String(received))
    write("missing", String(missing))
    el("missing").classList.toggle("lost", missing > 0)
    write("dropped", droppedText(dropped))
    write("ecg", live.ecgPerMin === null ? "–" : `${live.ecgPerMin}/min`)
    show("behind-name", live.behindMs >= 100)
    show("behind", live.behindMs >= 100)
    write("behind", `${(live.behindMs / 1000).toFixed(1)} s`)
    renderRingDown(live.ringDown)
}

/** @param {LiveTold} live */
function standingText({ picture: kind, frozen, transmit }) {
    if (kind === "frozen" && frozen)
        return `FROZEN at ${(frozen.timeMs / 1000).toFixed(3)} s, frame ${frozen.frame}`
    if (kind === "stopped") return "STOPPED: this picture is not live"
    return transmit ? "Waiting for the first frame" : "No picture yet"
}

/** @param {HTMLElement} button @param {string} text */
function write2(button, text) {
    const label = /** @type {HTMLElement} */ (button.firstElementChild)
    if (label.textContent !== text) label.textContent = text
}

/** @param {NonNullable<LiveTold["lines"]>["dropped"] | undefined} dropped */
function droppedText(dropped) {
    if (!dropped) return "0"
    const causes = Object.entries(dropped).filter(([, n]) => n > 0)
    return causes.map(([cause, n]) => `${n} ${cause}`).join(", ") || "0"
}

/** @param {LiveTold["ringDown"]} ringDown */
function renderRingDown({ reference, subtracted, stale, notes, capturing }) {
    const captured = reference && new Date(reference.captured).toLocaleString()
    write(
        "ring-down",
        capturing
            ? `Capturing: ${capturing[0]} of ${capturing[1]} frames. Keep the tip free in blood.`
            : !reference
              ? "No reference: nothing is subtracted."
              : `${subtracted ? "Subtracted" : "Not subtracted"}: reference of ${captured}${reference.residualDb === null ? "" : `, leaves ${reference.residualDb} dB`}${stale.length > 0 ? ", STALE" : ""}.`
    )
    const list = el("ring-down-notes")
    const lines = [...stale, ...notes]
    if (list.dataset.shown !== lines.join("\n")) {
        list.dataset.shown = lines.join("\n")
        list.replaceChildren(
            ...lines.map((line, i) => {
                const item = document.createElement("li")
                item.textContent = line
                if (i < stale.length) item.className = "stale"
                return item
            })
        )
    }
    const subtract = /** @type {HTMLButtonElement} */ (el("subtract"))
    subtract.disabled = reference === null
    subtract.setAttribute("aria-pressed", String(subtracted))
    const capture = /** @type {HTMLButtonElement} */ (el("capture"))
    capture.disabled = capturing !== null
}

/** @param {number | undefined} value @param {string} unit */
const measured = (value, unit) => (value === undefined ? "–" : `${value.toFixed(2)} ${unit}`)

/** @param {ReviewTold} review */
function renderReview(review) {
    document.body.dataset.picture = "review"
    write("badge", "REVIEW")
    write("who", `${review.catheter} on ${review.target}`)
    write("cart-state", review.clean ? "" : "not clean: see the summary")
    show("standing", false)
    const { measures } = review
    write("area", measured(measures?.areaMm2, "mm²"))
    write("min-diameter", measured(measures?.minDiameterMm, "mm"))
    write("max-diameter", measured(measures?.maxDiameterMm, "mm"))
    inputOf("scroll").max = String(review.frames - 1)
    if (!dragged.has("scroll")) inputOf("scroll").value = String(review.frame)
    const list = el("summary")
    if (list.childElementCount === 0)
        list.append(
            ...review.summary.map(line => {
                const item = document.createElement("li")
                item.textContent = line
                return item
            })
        )
}

/** @param {LiveTold["display"]} display */
function renderSettings({ gainDb, dynamicRangeDb, depthMm, limits }) {
    setSlider("gain", gainDb, limits.gainDb, `${signed(gainDb)} dB`)
    setSlider("range", dynamicRangeDb, limits.dynamicRangeDb, `${dynamicRangeDb} dB`)
    inputOf("depth").disabled ||= depthMm === null
    if (depthMm !== null && limits.depthMm)
        setSlider("depth", depthMm, limits.depthMm, `${depthMm.toFixed(1)} mm`)
}

/** @param {number} value */
const signed = value => (value > 0 ? `+${value}` : String(value))

/** @param {string} id @param {number} value @param {readonly [number, number]} limits @param {string} text */
function setSlider(id, value, [min, max], text) {
    const slider = inputOf(id)
    // A step begins at the minimum: tenths are kept, and the last step ends within the limit.
    slider.min = String(Math.ceil(10 * min) / 10)
    slider.max = String(Math.floor(10 * max + 1e-6) / 10)
    if (!dragged.has(id)) slider.value = String(value)
    write(`${id}-value`, text)
}

/** @type {Readonly<Record<string, string>>} */
const KINDS = { gain: "gain", range: "dynamic-range", depth: "depth", scroll: "frame" }
for (const [id, kind] of Object.entries(KINDS)) {
    const slider = inputOf(id)
    slider.addEventListener("input", () => askSoon(kind, Number(slider.value)))
    slider.addEventListener("pointerdown", () => dragged.add(id))
    slider.addEventListener("pointerup", () => dragged.delete(id))
    slider.addEventListener("pointercancel", () => dragged.delete(id))
}

const freeze = () => told?.mode === "live" && ask({ ask: "freeze", value: told.frozen === null })
const capture = () => ask({ ask: "capture" })
const transmit = () => told?.mode === "live" && ask({ ask: "transmit", value: !told.transmit })
const subtract = () =>
    told?.mode === "live" && ask({ ask: "subtract", value: !told.ringDown.subtracted })
el("freeze").addEventListener("click", freeze)
el("capture").addEventListener("click", capture)
el("transmit").addEventListener("click", transmit)
el("subtract").addEventListener("click", subtract)
inputOf("border").addEventListener("change", renderPicture)

/** Steps by keys, which come faster than the server tells what came of them. @type {Map<string, { value: number, ms: number }>} */
const stepped = new Map()

/** @param {string} id @param {number} by */
function nudge(id, by) {
    const slider = inputOf(id)
    if (slider.disabled) return
    const last = stepped.get(id)
    const ms = performance.now()
    const from = last && ms - last.ms < STEPS_MS ? last.value : Number(slider.value)
    slider.value = String(from + by)
    stepped.set(id, { value: Number(slider.value), ms })
    ask({ ask: KINDS[id], value: Number(slider.value) })
}

/** @param {number} frame */
function goTo(frame) {
    if (told?.mode !== "review") return
    const value = Math.max(0, Math.min(told.frames - 1, frame))
    inputOf("scroll").value = String(value)
    stepped.set("scroll", { value, ms: performance.now() })
    ask({ ask: "frame", value })
}

/** The frame that is nearest to a place. @param {number} positionMm */
function pickPosition(positionMm) {
    if (!opening) return
    const away = opening.rows.map(row => Math.abs(row[0] - positionMm))
    goTo(away.indexOf(Math.min(...away)))
}

el("long").addEventListener("click", event => {
    if (!opening) return
    const { width } = el("long").getBoundingClientRect()
    pickPosition((event.offsetX / width) * opening.lengthMm)
})

/** @type {Readonly<Record<string, () => unknown>>} */
const LIVE_KEYS = { " ": freeze, l: transmit, c: capture, s: subtract }
const here = () => {
    const last = stepped.get("scroll")
    const recent = last && performance.now() - last.ms < STEPS_MS
    return recent ? last.value : Number(inputOf("scroll").value)
}
/** @type {Readonly<Record<string, () => unknown>>} */
const REVIEW_KEYS = {
    ArrowLeft: () => goTo(here() - 1),
    ArrowRight: () => goTo(here() + 1),
    PageUp: () => goTo(here() - 10),
    PageDown: () => goTo(here() + 10),
    Home: () => goTo(0),
    End: () => goTo(Infinity),
}
/** @type {Readonly<Record<string, () => unknown>>} */
const KEYS = {
    "[": () => nudge("gain", -1),
    "]": () => nudge("gain", 1),
    ",": () => nudge("range", -1),
    ".": () => nudge("range", 1),
    "-": () => nudge("depth", -0.5),
    "+": () => nudge("depth", 0.5),
    "=": () => nudge("depth", 0.5),
}
addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const { target, key } = event
    const onSlider = target instanceof HTMLInputElement && target.type === "range"
    // What the focused control does with its own keys is its own.
    if (onSlider && (key in REVIEW_KEYS || key.startsWith("Arrow"))) return
    if (key === " " && target instanceof HTMLElement && target.matches("button, input")) return
    const own = told?.mode === "review" ? REVIEW_KEYS : LIVE_KEYS
    const act = KEYS[key] ?? own[key] ?? own[key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    act()
})

connect()
