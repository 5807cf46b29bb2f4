/**
 * The look that all pages share, light and dark as the reader's system has it: colours by name, type, tables. What a page has
 * besides is in a style of its own. Nothing may depend on colour alone: pages add patterns, signs or words.
 */

const LIGHT = `--page: #ffffff; --card: #ffffff; --text: #1a2230; --quiet: #56606f; --edge: #d9dee6; --track: #eef1f5;
  --outline: #46505f; --good: #10702f; --bad: #b3201c;`;
const DARK = `--page: #10141b; --card: #171d27; --text: #e8ecf3; --quiet: #a7b1c0; --edge: #2f3948; --track: #222b38;
  --outline: #93a0b3; --good: #63d98a; --bad: #ff8c85;`;

/** The scheme of colours, with what a page adds to it: declarations of CSS. */
export function themeStyle(light = '', dark = ''): string {
  return `:root { color-scheme: light dark; ${LIGHT} ${light} }
@media (prefers-color-scheme: dark) { :root { ${DARK} ${dark} } }`;
}

export const BASE_STYLE = `
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 1.6rem 1.2rem 3rem; color: var(--text); background: var(--page); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1.1rem; margin: 0; }
p { margin: 0 0 .5rem; } .quiet { color: var(--quiet); }
code { font: .92em ui-monospace, monospace; background: var(--track); padding: .15em .45em; border-radius: 4px; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: .28rem .8rem; text-align: right; border-bottom: 1px solid var(--edge); white-space: nowrap; }
th { font-weight: 600; } td:first-child, th:first-child { text-align: left; padding-left: 0; }
.card { border: 1px solid var(--edge); background: var(--card); border-radius: 10px; padding: 1rem 1.2rem; margin: 0 0 1rem; }
.card header { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; margin-bottom: .5rem; }
.card header p { margin: 0; }
`;
