"""The style sheet of reports: the colors of the window, light or dark as the reader likes it."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark;
  --window: #E9EAEC; --panel: #F7F7F8; --line: #D5D7DB; --track: #D0D3D9;
  --text: #1B1C1F; --text2: #4A4E57; --text3: #636873; --accent: #1D5BC4;
  --edge: rgba(0, 0, 0, .31); --warn: #8A5A00; --warn-bg: #FBEBCB; --error: #C22F2A; }
@media (prefers-color-scheme: dark) { :root {
  --window: #1A1B1E; --panel: #202125; --line: #303238; --track: #3A3D45;
  --text: #E8E9EC; --text2: #B0B4BD; --text3: #8C919C; --accent: #6CA8FF;
  --edge: rgba(255, 255, 255, .35); --warn: #EDB440; --warn-bg: #3A2E16; --error: #FF7B72; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--window); color: var(--text);
  font: 14px/1.45 system-ui, "Segoe UI", Cantarell, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1200px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 23px; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; font-weight: 600; margin: 0 0 12px; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  padding: 16px; margin-top: 16px; }
p { margin: 4px 0; color: var(--text2); overflow-wrap: anywhere; }
.note { color: var(--text3); font-size: 12px; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
  gap: 16px 24px; margin: 0; }
.figures dt { color: var(--text3); font-size: 12px; }
.figures dd { margin: 0; font-size: 22px; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: 400; font-size: 11px; color: var(--text3); text-align: right; padding: 4px 8px;
  border-bottom: 1px solid var(--line); white-space: nowrap; }
td { padding: 4px 8px; text-align: right; height: 30px; white-space: nowrap; }
th.name, td.name { text-align: left; white-space: normal; overflow-wrap: anywhere; }
td.name { min-width: 140px; }
td.index { color: var(--text3); }
.swatch { display: inline-block; width: 16px; height: 16px; border-radius: 3px;
  border: 1px solid var(--edge); vertical-align: -3px; margin-right: 8px; }
.bar { min-width: 120px; width: 26%; }
.bar div { height: 5px; border-radius: 3px; background: var(--track); overflow: hidden; }
.bar div div { background: var(--accent); }
.matrix { width: auto; border-spacing: 1px; border-collapse: separate; }
.matrix th { border: 0; }
.matrix th.column { vertical-align: bottom; padding: 4px 0; }
.matrix th.column span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 150px;
  overflow: hidden; text-overflow: ellipsis; display: inline-block; }
.matrix th.row { text-align: right; max-width: 200px; overflow: hidden; text-overflow: ellipsis; }
.matrix td { background: var(--light); color: var(--light-ink); text-align: center; padding: 0;
  min-width: 38px; height: 28px; font-size: 11px; }
.matrix.many td { min-width: 20px; height: 20px; }
@media (prefers-color-scheme: dark) {
  .matrix td { background: var(--dark); color: var(--dark-ink); } }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 0 0 12px; padding: 0;
  list-style: none; color: var(--text2); font-size: 12px; }
.legend img { width: 16px; height: 16px; border-radius: 3px; vertical-align: -3px;
  margin-right: 6px; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr));
  gap: 16px; }
figure { margin: 0; }
figure img { width: 100%; height: auto; display: block; outline: 1px solid var(--edge); }
figure.small img { image-rendering: pixelated; }
figcaption { padding-top: 6px; overflow-wrap: anywhere; }
figcaption span { color: var(--text2); font-size: 12px; display: block; }
.problems { margin: 0; padding: 0; list-style: none; font-size: 12px; }
.problems li { padding: 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.problems b { font-weight: 400; border-radius: 3px; padding: 1px 6px; margin-right: 8px; }
.problems .error { color: var(--error); } .problems .warning { color: var(--warn); }
summary { cursor: pointer; color: var(--text2); }
@media print { body { background: none; } section { break-inside: avoid; } }
"""
