// How report.html looks on a screen and on A4.

export const STYLE = `
:root { color-scheme: light }
body { font: 15px/1.45 system-ui, sans-serif; color: #1c232b; background: #fff; max-width: 1080px; margin: 1.5rem auto; padding: 0 1rem }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; border-bottom: 2px solid #1c232b }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 1.4rem 0 .3rem } p { margin: .3rem 0 }
.notice { font-weight: 600; color: #8a1c14 } .note { color: #5b6570; font-size: .87em }
.status { padding: .35rem .7rem; border-left: 5px solid; margin: .5rem 0; background: #f4f6f8 }
.pass { border-color: #1c6b3c } .warn { border-color: #c25e00 } .fail { border-color: #b3261e; font-weight: 600 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 }
dl.two { grid-template-columns: max-content 1fr max-content 1fr }
dt { color: #5b6570 } dd { margin: 0; overflow-wrap: anywhere }
.cards { display: grid; grid-template-columns: repeat(5, 1fr); gap: .6rem; margin: .7rem 0 }
.card { border: 1px solid #cfd5db; border-radius: 6px; padding: .35rem .6rem }
.card b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; white-space: nowrap }
.card .unit { font-size: .9rem; font-weight: 400 }
.pictures { display: flex; gap: .8rem; justify-content: center }
figure { margin: .4rem 0; flex: 1; max-width: 340px } figcaption { font-size: .87em }
svg { width: 100%; height: auto; display: block } figure svg { background: #000; aspect-ratio: 1 }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; font-size: .93em }
th, td { text-align: left; vertical-align: top; padding: .16rem .7rem .16rem 0; border-bottom: 1px solid #dfe3e8 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
td.wrap { white-space: normal }
td.unsure { color: #a34c00 } ul { margin: .3rem 0; padding-left: 1.2rem }
@media print {
  body { font-size: 11px; line-height: 1.35; max-width: none; margin: 0; padding: 0 }
  section.sheet { break-before: page }
  h2 { break-after: avoid } tr, svg, figure, .cards { break-inside: avoid } thead { display: table-header-group }
  figure { max-width: 44mm } h2 { margin: .7rem 0 .2rem } .status { margin: .25rem 0; padding: .2rem .6rem } .cards { margin: .4rem 0 } * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
@page { size: A4; margin: 13mm 12mm 15mm;
  @bottom-left { content: "Investigational equipment, not for clinical use."; font: 9px sans-serif; color: #8a1c14 }
  @bottom-right { content: counter(page) " of " counter(pages); font: 9px sans-serif; color: #5b6570 } }
`
