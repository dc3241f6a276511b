// The status page of `ivus serve`: asks for /status.json every second and shows it.

/** @typedef {import("../serve-status").ServeStatus & { health: import("../health").Health }} Shown */
/** @typedef {import("../../served-carts").CartStatus} Cart */

const INTERVAL_MS = 1000

/** @param {string} id */
const el = id => /** @type {HTMLElement} */ (document.getElementById(id))

/** @param {string} tag @param {string} text @param {string} [className] */
function made(tag, text, className = "") {
    const element = document.createElement(tag)
    element.textContent = text
    if (className) element.className = className
    return element
}

/** @param {string} text @param {string} url */
function link(text, url) {
    const a = document.createElement("a")
    a.textContent = text
    a.href = url
    a.target = "_blank"
    a.rel = "noreferrer"
    return a
}

/** @param {number} ms */
const time = ms => new Date(ms).toLocaleTimeString()
/** @param {number} n */
const number = n => n.toLocaleString("en")

/** @param {readonly Node[]} parts */
function cell(...parts) {
    const td = document.createElement("td")
    td.append(...parts)
    return td
}

/**
 * Replaces what has changed only: a link that is replaced under the pointer could not be pressed.
 * @param {Element} parent
 * @param {readonly Element[]} children
 */
function fill(parent, children) {
    while (parent.children.length > children.length) parent.lastElementChild?.remove()
    children.forEach((child, i) => {
        const old = parent.children[i]
        if (!old) parent.append(child)
        else if (old.outerHTML === child.outerHTML) return
        else if (old.tagName === "TR") fill(old, [...child.children])
        else old.replaceWith(child)
    })
}

/** @param {Cart} cart */
function connectionOf({ address, sinceMs, figures, thread }) {
    const since = made(
        "div",
        `${address === null ? "away" : `from ${address}`} since ${time(sinceMs)}`
    )
    const parts = [since]
    if (figures?.isInsecure) parts.push(made("div", "INSECURE, without a key", "bad"))
    if (thread === "silent") parts.push(made("div", "its thread does not report", "bad"))
    return cell(...parts)
}

/** @param {Cart} cart */
function rowOf(cart) {
    const { figures, totals, threadFailures } = cart
    const row = document.createElement("tr")
    const isHere = cart.address !== null
    const run = figures?.run
    const last = figures?.lastRun
    const name = cell(made("div", cart.board))
    if (threadFailures > 0)
        name.append(made("div", `its thread has failed ${threadFailures} times`, "bad"))
    const state = cell(made("div", (isHere && figures?.state) || "unknown"))
    if (isHere && figures?.control) state.append(made("div", `${figures.control} in control`))
    const doing = run?.isReceived ? ", results are being made" : ""
    const runCell = cell(
        made("div", run ? `${run.folder}, since ${time(run.beganMs)}${doing}` : "none in progress")
    )
    if (isHere && figures?.liveUrl) runCell.append(link("live picture", figures.liveUrl))
    const lastCell = cell(made("div", last ? `${last.verdict}: ${last.folder}` : "none"))
    if (figures?.reviewUrl) lastCell.append(link("review", figures.reviewUrl))
    const alarms = (isHere && figures?.alarms) || []
    row.append(
        ...[name, connectionOf(cart), state],
        cell(...alarms.map(sentence => made("div", sentence, "warn"))),
        ...[runCell, lastCell],
        cell(
            made("div", `${number(totals.linesReceived)} received`),
            made("div", `${number(totals.linesMissing)} missing`)
        )
    )
    return row
}

/** @param {Shown} status @returns {[string, string][]} */
function hostRows(status) {
    const { disk, link, delayMs } = status
    const free =
        disk.freeBytes === null ? "cannot be read" : `${(disk.freeBytes / 1e9).toFixed(1)} GB free`
    return [
        [
            "Program",
            `version ${status.version}, started ${new Date(status.startedMs).toISOString().slice(0, 19).replace("T", " ")} UTC`,
        ],
        [
            "Link",
            `port ${status.port}${status.tls ? ", with TLS" : ""}, ${link.connections} connections`,
        ],
        ["Folder of runs", `${disk.folder}, ${free}`],
        [
            "Longest delay of an event loop",
            `main thread ${Math.round(delayMs)} ms, link thread ${Math.round(link.delayMs)} ms`,
        ],
    ]
}

/** @param {Shown} status */
function show(status) {
    const { carts, health } = status
    document.body.dataset.health = health.status
    el("badge").textContent = health.status === "ok" ? "OK" : "PROBLEM"
    el("place").textContent = `${carts.filter(c => c.address !== null).length} carts connected`
    el("notice").textContent = status.notice
    el("problems").hidden = health.problems.length === 0
    fill(
        el("problems"),
        health.problems.map(text => made("li", text))
    )
    el("no-carts").hidden = carts.length > 0
    el("carts").hidden = carts.length === 0
    fill(el("rows"), carts.map(rowOf))
    fill(
        el("host"),
        hostRows(status).flatMap(([name, text]) => [made("dt", name), made("dd", text)])
    )
    fill(
        el("said"),
        (status.notices.length > 0 ? status.notices : ["none yet"]).map(text => made("li", text))
    )
}

async function refresh() {
    try {
        const response = await fetch("status.json", { signal: AbortSignal.timeout(5000) })
        if (!response.ok) throw new Error(response.statusText)
        show(await response.json())
    } catch {
        document.body.dataset.health = "lost"
        el("badge").textContent = "NO HOST"
    }
    setTimeout(refresh, INTERVAL_MS)
}

void refresh()
