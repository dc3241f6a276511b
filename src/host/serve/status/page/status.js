// The status page of `ivus serve`: asks for /status.json every second and shows it.

/** @typedef {import("../status-server").ShownStatus} Shown */
/** @typedef {Shown["carts"][number]} Cart */

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

/** ISO 8601 with a space, as the log has it, without what is the same everywhere. @param {number} ms */
const time = ms => {
    const text = new Date(ms - 60_000 * new Date(ms).getTimezoneOffset()).toISOString()
    const isToday = new Date(ms).toDateString() === new Date().toDateString()
    return isToday ? text.slice(11, 19) : text.slice(0, 19).replace("T", " ")
}
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
function connectionOf({ address, since_ms, figures, thread }) {
    const since = made(
        "div",
        `${address === null ? "away" : `from ${address}`} since ${time(since_ms)}`
    )
    const parts = [since]
    if (figures?.is_insecure) parts.push(made("div", "INSECURE, without a key", "bad"))
    if (thread === "silent") parts.push(made("div", "its thread does not report", "bad"))
    return cell(...parts)
}

/** @param {Cart} cart */
function rowOf(cart) {
    const { figures, totals, thread_failures } = cart
    const row = document.createElement("tr")
    const isHere = cart.address !== null
    const run = figures?.run
    const last = figures?.last_run
    const name = cell(made("div", cart.board))
    if (thread_failures > 0)
        name.append(made("div", `its thread has failed ${thread_failures} times`, "bad"))
    const state = cell(made("div", (isHere && figures?.state) || "unknown"))
    if (isHere && figures?.control) state.append(made("div", `${figures.control} in control`))
    const doing = run?.is_received ? ", results are being made" : ""
    const runCell = cell(
        made("div", run ? `${run.folder}, since ${time(run.began_ms)}${doing}` : "none in progress")
    )
    if (isHere && figures?.live_url) runCell.append(link("live picture", figures.live_url))
    const lastCell = cell(made("div", last ? `${last.verdict}: ${last.folder}` : "none"))
    if (figures?.review_url) lastCell.append(link("review", figures.review_url))
    const alarms = (isHere && figures?.alarms) || []
    row.append(
        ...[name, connectionOf(cart), state],
        cell(...alarms.map(sentence => made("div", sentence, "warn"))),
        ...[runCell, lastCell],
        cell(
            made("div", `${number(totals.lines_received)} received`),
            made("div", `${number(totals.lines_missing)} missing`)
        )
    )
    return row
}

/** @param {Shown} status @returns {[string, string][]} */
function hostRows(status) {
    const { disk, link, delay_ms } = status
    const free =
        disk.free_bytes === null
            ? "cannot be read"
            : `${(disk.free_bytes / 1e9).toFixed(1)} GB free`
    return [
        ["Program", `version ${status.version}, started ${time(status.started_ms)}`],
        [
            "Link",
            `port ${status.port}${status.tls ? ", with TLS" : ""}, ${link.connections} connections`,
        ],
        ["Folder of runs", `${disk.folder}, ${free}`],
        [
            "Longest delay of an event loop",
            `main thread ${Math.round(delay_ms)} ms, link thread ${Math.round(link.delay_ms)} ms`,
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
