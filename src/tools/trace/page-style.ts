// The style of the matrix page: light, dark, phone and paper.

export const STYLE = `
:root { --ink: #1c232b; --soft: #5b6570; --line: #dfe3e8; --paper: #fff; --panel: #f6f7f9; --link: #1f5fa8;
  --good: #1c6b3c; --bad: #b3261e; --bad-panel: #fcefee }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #9aa5b1; --line: #343c45; --paper: #14181c; --panel: #1c2228;
  --link: #84b5ee; --good: #74cf98; --bad: #ff8a80; --bad-panel: #351d1c } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1080px; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .6rem } h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem } h3 { font-size: 1rem; margin: 0 0 .5rem }
p { margin: .3rem 0 .6rem; max-width: 75ch } a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
code { font: .92em ui-monospace, monospace }
.note, .file, dt { color: var(--soft) } .file { display: block; font-size: .85em } .id { font-weight: 700; white-space: nowrap }
ul { margin: 0; padding: 0; list-style: none }
.counts { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .3rem 0 } .chips { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin-top: .3rem }
.chips li, .id-link { white-space: nowrap }
.mark { font-size: .85em; white-space: nowrap; color: var(--soft) } .mark.passed { color: var(--good) } .mark.failed { color: var(--bad); font-weight: 700 }
.findings { border-left: 4px solid var(--bad); background: var(--bad-panel); padding: .8rem 1rem; margin: 1.2rem 0 }
.findings h2 { margin: 0 0 .4rem } .findings li + li { margin-top: .4rem }
.hazard { border: 1px solid var(--line); background: var(--panel); border-radius: 6px; padding: .8rem 1rem; margin: .8rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 0 } dd { margin: 0; max-width: 80ch }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem .5rem 0; border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 600; font-size: .85rem } th:nth-child(1) { width: 43% } th:nth-child(2) { width: 6.2rem }
.plain th:nth-child(1) { width: 32% } .plain th:nth-child(2) { width: auto }
td p { margin: .2rem 0 0 } .hazards a { display: block } .tests li + li { margin-top: .45rem } tr:target, .hazard:target { outline: 2px solid var(--link) }
@media (max-width: 640px) {
  body { margin: 1rem auto } table, tbody, tr, td { display: block; width: 100% } thead { display: none }
  tr { border-bottom: 1px solid var(--line); padding: .6rem 0 } td { border: 0; padding: .2rem 0 } .hazards a { display: inline-block; margin-right: .8rem }
  .plain td:first-child { font-weight: 600 } dl { display: block } dd { margin: 0 0 .5rem } }
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --panel: #fff; --link: #000; --good: #000; --bad: #000; --bad-panel: #fff }
  @page { size: A4; margin: 16mm 14mm } body { font-size: 9.5pt; margin: 0; padding: 0; max-width: none } a { color: inherit }
  h2, h3 { break-after: avoid } tr, .hazard { break-inside: avoid } thead { display: table-header-group } .findings { border: 2px solid #000 } }
`
