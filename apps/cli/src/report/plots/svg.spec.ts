import { expect, it, test } from '@jest/globals';
import { inlineSvg } from './svg.js';

const size = { width: 10, height: 20 };
const words = { id: 'p', title: '<b>', description: '"d"' };
const inline = (inner: string): string => inlineSvg(`<svg width="10" height="20">${inner}</svg>`, size, words).text;

it('a drawing keeps its shapes, with styles as attributes and without what a page does not need', () => {
  expect(inline('<text style="font-size:12px;font-family:serif" class="zr0-cls-1" pointer-events="visible" ecmeta_series_index="1" ecmeta_data_index="2">a &lt; b</text>\n<style ><![CDATA[\n.zr0-cls-1:hover {}\n]]>\n</style>'))
    .toContain('<text font-size="12px" data-series="1" data-index="2">a &lt; b</text></svg>');
});

it('ids begin with that of the drawing', () => {
  expect(inline('<g clip-path="url(#zr12-c0)"></g><defs><clipPath id="zr12-c0"></clipPath></defs>')).toContain('<g clip-path="url(#p-c0)"></g><defs><clipPath id="p-c0"></clipPath></defs>');
});

it('title and description are text', () => {
  expect(inline('')).toContain('<title id="p-title">&lt;b&gt;</title><desc id="p-desc">&quot;d&quot;</desc>');
});

test.each([
  '<script>alert(1)</script>', '<image href="x"/>', '<a xlink:href="x">y</a>', '<foreignObject></foreignObject>', '<use href="x"/>', '<style>a{}</style>', '<animate attributeName="x"/>',
  '<path fill="url(http://x)"/>', '<path fill="url(//x)"/>', '<path d="javascript:x"/>', '<rect width="1&quot;"/>', '<g', '<g title=x>', '<!-- x -->', '<?x?>',
])('a drawing with %s is refused', (inner) => {
  expect(() => inline(inner)).toThrow(TypeError);
});

test.each(['onload="x"', 'href="x"', 'style="background:x"', 'class="x"', 'xmlns:x="y"', 'data-x="y"', 'aria-label="x"'])('the attribute %s is left out', (attribute) => {
  expect(inline(`<g ${attribute}></g>`)).toContain('<g></g>');
});

it('anything but one svg element is refused', () => {
  for (const drawn of ['', 'x', '<div></div>', '<svg width="1">', '<svg width="1"></svg>x']) expect(() => inlineSvg(drawn, size, words)).toThrow(TypeError);
});
