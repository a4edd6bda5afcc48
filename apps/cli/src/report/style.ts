/** The page's one style sheet; its hash is in the page's policy. Colours have a contrast of 4.5 for text and 3 for marks, light and dark. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f4f6f8;--card:#fff;--ink:#1c2733;--quiet:#52606d;--rule:#d5dce3;--first:#1f5f99;--second:#b3530c;--good:#1d6b3c;--warn:#8a4b00;--warn-page:#fdf3e3;
--shade-none:#e4e8ec;--on-shade-none:#52606d;--shade-0:#f1f4f7;--on-shade-0:#1c2733;
--shade-p1:#dbe8f4;--on-shade-p1:#1c2733;--shade-p2:#bcd5ea;--on-shade-p2:#1c2733;--shade-p3:#93bbdd;--on-shade-p3:#1c2733;--shade-p4:#3b78b0;--on-shade-p4:#fff;--shade-p5:#2b6ca8;--on-shade-p5:#fff;--shade-p6:#174a78;--on-shade-p6:#fff;
--shade-n1:#fae5d3;--on-shade-n1:#1c2733;--shade-n2:#f4caa6;--on-shade-n2:#1c2733;--shade-n3:#eaa873;--on-shade-n3:#1c2733;--shade-n4:#ae5b12;--on-shade-n4:#fff;--shade-n5:#9c4a06;--on-shade-n5:#fff;--shade-n6:#723302;--on-shade-n6:#fff}
@media (prefers-color-scheme:dark){:root{--page:#11161c;--card:#1a222b;--ink:#e6ebf0;--quiet:#a5b1bd;--rule:#36424e;--first:#6cb0ee;--second:#f0995a;--good:#7fd0a0;--warn:#f3c078;--warn-page:#33291a;
--shade-none:#2a343e;--on-shade-none:#a5b1bd;--shade-0:#202a34;--on-shade-0:#e6ebf0;
--shade-p1:#1f3448;--on-shade-p1:#e6ebf0;--shade-p2:#24435f;--on-shade-p2:#e6ebf0;--shade-p3:#29557c;--on-shade-p3:#fff;--shade-p4:#4f94cf;--on-shade-p4:#0d1218;--shade-p5:#77b3e6;--on-shade-p5:#0d1218;--shade-p6:#a9d3f7;--on-shade-p6:#0d1218;
--shade-n1:#402e1f;--on-shade-n1:#e6ebf0;--shade-n2:#563a23;--on-shade-n2:#e6ebf0;--shade-n3:#724722;--on-shade-n3:#fff;--shade-n4:#d0803c;--on-shade-n4:#0d1218;--shade-n5:#ea9f60;--on-shade-n5:#0d1218;--shade-n6:#f8c79c;--on-shade-n6:#0d1218}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header.top,footer{max-width:1120px;margin:0 auto;padding:0 24px}
header.top{padding-top:36px}
.brand{margin:0;color:var(--quiet);font-size:14px;letter-spacing:.02em}
h1{margin:4px 0 8px;font-size:32px;line-height:1.2}
h2{margin:40px 0 14px;font-size:22px;line-height:1.3}
h3{margin:0 0 6px;font-size:18px;line-height:1.3}
p{margin:0 0 12px;max-width:78ch}
.lead{font-size:18px}
.quiet,.reading,caption,figcaption{color:var(--quiet)}
.state{display:inline-block;padding:2px 10px;border:1px solid currentColor;border-radius:12px;color:var(--good);font-size:14px;font-weight:600}
.state.warn{color:var(--warn)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:14px;margin:0 0 18px;padding:0;list-style:none}
.tile{padding:14px 16px;background:var(--card);border:1px solid var(--rule);border-radius:8px}
.tile b{display:block;font-size:26px;line-height:1.25;font-weight:650;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tile span{display:block;font-size:14px}
.tile small{display:block;color:var(--quiet);font-size:13px;line-height:1.4}
.card{margin:0 0 18px;padding:20px 22px;background:var(--card);border:1px solid var(--rule);border-radius:8px}
.both{display:grid;grid-template-columns:minmax(0,1.45fr) minmax(0,1fr);gap:26px;align-items:start}
.both .tables{min-width:0}
.both.wide{grid-template-columns:minmax(0,1fr)}
.slim{max-width:560px}
.plot{display:block;max-width:100%;height:auto}
.plot text{font-family:inherit}
.scroll{overflow:auto;max-height:430px;margin:0 0 14px}
table+table,.scroll+table,table+.scroll{margin-top:22px}
table{width:100%;border-collapse:collapse;font-size:14px}
p.quiet{font-size:14px}
header p.quiet{font-size:16px}
caption{padding:0 0 6px;text-align:left;font-size:13px}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;overflow-wrap:break-word}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--quiet);font-weight:600}
tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{white-space:nowrap;overflow-wrap:normal}
dl{display:grid;grid-template-columns:minmax(130px,max-content) minmax(0,1fr);gap:6px 20px;margin:0}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
dd p{margin:0}
blockquote+dl{margin-top:16px}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
blockquote{margin:0 0 10px;padding:2px 0 2px 14px;border-left:3px solid var(--first)}
blockquote p{margin:0}
.notice{padding:12px 16px;background:var(--warn-page);border:1px solid var(--warn);border-radius:8px}
.notice p:last-child{margin:0}
:focus-visible{outline:3px solid var(--first);outline-offset:2px}
footer{padding-top:24px;padding-bottom:48px;color:var(--quiet);font-size:14px}
@media (max-width:860px){.both{grid-template-columns:minmax(0,1fr)}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:10px}h1{font-size:26px}main,header.top,footer{padding-left:16px;padding-right:16px}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--quiet:#333;--rule:#999;--first:#1f5f99;--second:#b3530c}
body{font-size:11pt}main,header.top,footer{max-width:none;padding:0}.card,.tile,tr,blockquote{break-inside:avoid}h2,h3{break-after:avoid}.scroll{max-height:none;overflow:visible}}
`;
