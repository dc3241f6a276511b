// The start page: all runs, with search. A click opens one; two that are ticked are compared.

import type { RunListItem, RunListJson } from "../../run/run-json"
import { Commands } from "../commands"
import { api } from "../data/api"
import type { ConsoleSocket } from "../data/socket"
import { fill, h, setText } from "../dom"
import { dateText, mm, mm2, nameText, percent, VERDICT_WORDS } from "../format"
import { pageFrame } from "../parts/frame"
import { icon } from "../parts/icons"
import { ComparedChoice } from "./compared-choice"

/** The list is read again at this interval, and when the page comes to the front. */
const REFRESH_MS = 5000

export async function runsPage(socket: ConsoleSocket): Promise<void> {
    document.body.className = "runs"
    const commands = new Commands("runs")
    const frame = pageFrame(commands, false)
    const search = h("input", {
        type: "search",
        placeholder: "Search",
        "aria-label": "search the runs",
    })
    const count = h("span", { class: "dim", role: "status" })
    const list = h("ul", { class: "list" })
    const choice = new ComparedChoice()
    const live = h(
        "a",
        { class: "button", href: "/live", hidden: true },
        icon("pulse"),
        "Live picture"
    )
    fill(frame.left, h("b", {}, "IVUS console"))
    fill(frame.right, live)
    fill(
        document.body,
        frame.header,
        h(
            "main",
            {},
            h("div", { class: "bar" }, h("h1", {}, "Runs"), search, count, choice.link),
            list
        ),
        document.querySelector(".messages")
    )
    document.title = "Runs – IVUS console"
    commands.register({ search: () => search.focus() })
    let shown: RunListJson | undefined
    const draw = (): void => {
        if (!shown) return
        live.hidden = !shown.hasLive
        const found = shown.runs.filter(run => matches(run, search.value))
        fill(list, ...found.map(run => rowOf(run, choice)))
        setText(count, countText(shown, found.length))
    }
    const refresh = async (): Promise<void> => {
        try {
            const next = await api.runs()
            const isSame = JSON.stringify(next) === JSON.stringify(shown)
            shown = next
            if (!isSame) draw()
        } catch (error) {
            setText(count, (error as Error).message)
        }
    }
    search.addEventListener("input", draw)
    socket.run.on(() => void refresh())
    document.addEventListener("visibilitychange", () => void refresh())
    setInterval(() => {
        if (!document.hidden) void refresh()
    }, REFRESH_MS)
    await refresh()
}

function countText({ runs, folder }: RunListJson, found: number): string {
    if (runs.length === 0)
        return `There is no run${folder === null ? "" : ` in ${folder}`} yet; "ivus pullback" makes one.`
    const all = runs.length === 1 ? "1 run" : `${runs.length} runs`
    return found === runs.length ? all : `${found} of ${all}`
}

/** Every word is somewhere in what the row shows. */
function matches(run: RunListItem, text: string): boolean {
    const { title, date, catheter, study, patient, site, verdict, id } = run
    const all = [title, dateText(date), catheter, study, patient.id, patient.name, id]
        .concat(Object.values(site), verdict ? VERDICT_WORDS[verdict] : "")
        .join(" ")
        .toLowerCase()
    return text
        .toLowerCase()
        .split(/\s+/)
        .every(word => all.includes(word))
}

function verdictText({ isReceiving, verdict, problem }: RunListItem): string {
    if (isReceiving) return "Being received"
    if (verdict) return VERDICT_WORDS[verdict]
    return problem ? "Record not usable" : "No record"
}

function rowOf(run: RunListItem, choice: ComparedChoice): HTMLElement {
    const { id, title, date, catheter, study, patient, verdict, verdictReason, problem } = run
    const picture = run.hasThumbnail
        ? h("img", { src: api.thumbnail(id), alt: "", loading: "lazy" })
        : h("span", { class: "no-picture" })
    const who = [nameText(patient.name) ?? patient.id ?? "no patient", study]
        .filter(Boolean)
        .join(" · ")
    const facts = [catheter, run.lengthMm === null ? null : mm(run.lengthMm, 1)]
        .filter(Boolean)
        .join(" · ")
    const figures =
        run.mlaMm2 === null
            ? "not measured"
            : `MLA ${mm2(run.mlaMm2)}${run.areaStenosisPercent === null ? "" : `, stenosis ${percent(run.areaStenosisPercent)}`}`
    return h(
        "li",
        {},
        choice.boxOf(run),
        h(
            "a",
            { class: "run", href: `/run/${encodeURIComponent(id)}` },
            picture,
            h(
                "span",
                { class: "title" },
                h("b", { dir: "auto" }, title),
                h("span", { class: "dim", dir: "auto" }, who)
            ),
            h("span", {}, h("span", {}, dateText(date)), h("span", { class: "dim" }, facts)),
            h(
                "span",
                {},
                h("span", {}, figures),
                h("span", { class: "dim" }, run.isOpen ? "open" : "")
            ),
            h(
                "span",
                { class: `verdict ${verdict ?? "unknown"}`, title: verdictReason ?? problem },
                icon(run.isReceiving ? "pulse" : verdict === "complete" ? "check" : "warning"),
                verdictText(run)
            )
        ),
        run.hasReport &&
            h(
                "a",
                {
                    class: "button",
                    href: `/api/runs/${encodeURIComponent(id)}/report`,
                    target: "_blank",
                    rel: "noopener",
                    "aria-label": `report of ${title}`,
                },
                icon("export"),
                h("span", {}, "Report")
            )
    )
}
