/** The style of a contact sheet; it refers to no file and no font, so that the page works offline. */
export const STYLE = `
:root { color-scheme: light dark; --back: #f6f5f2; --card: #fff; --text: #1d1c1a; --soft: #66625b; --line: #dedbd4; --bad: #a3261b; --check: #e4e1da; }
@media (prefers-color-scheme: dark) {
  :root { --back: #161513; --card: #211f1c; --text: #ebe8e2; --soft: #a29d93; --line: #37342f; --bad: #ff9184; --check: #2d2a26; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 24px clamp(12px, 3vw, 40px) 48px; background: var(--back); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
h1 { margin: 0 0 4px; font-size: 22px; }
header { margin-bottom: 20px; }
header p { margin: 0; color: var(--soft); }
section { margin-bottom: 14px; padding: 14px 16px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.name { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; margin-bottom: 10px; }
h2 { margin: 0; font-size: 15px; overflow-wrap: anywhere; }
ul { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 0; list-style: none; }
li { padding: 0 8px; border: 1px solid var(--line); border-radius: 10px; color: var(--soft); font-size: 12px; overflow-wrap: anywhere; }
.row { display: grid; grid-template-columns: 216px 1fr; gap: 16px; }
.made { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 16px 12px; padding-left: 16px; border-left: 1px solid var(--line); }
figure { min-width: 0; margin: 0; }
.frame { display: flex; align-items: center; justify-content: center; height: 170px; border-radius: 4px; background: var(--back); }
.none { color: var(--soft); }
img { display: block; max-width: 100%; max-height: 100%; border-radius: 2px; background: repeating-conic-gradient(var(--check) 0 25%, var(--card) 0 50%) 0 0 / 16px 16px; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 10px; margin-top: 6px; color: var(--soft); font-variant-numeric: tabular-nums; }
figcaption b { width: 100%; color: var(--text); overflow-wrap: anywhere; }
.why { margin: 0 0 4px; overflow-wrap: anywhere; }
.why b { margin-right: 6px; color: var(--bad); }
.rejected, .unfinished { border-left: 3px solid var(--bad); }
.rejected > span { margin-right: 10px; color: var(--soft); }
@media (max-width: 640px) {
  .row { grid-template-columns: 1fr; }
  .made { grid-template-columns: 1fr 1fr; padding-left: 0; border-left: 0; }
  .frame { height: 140px; }
}
@media print { body { padding: 0; } section { break-inside: avoid; } }
`;
