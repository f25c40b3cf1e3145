import { describe, expect, test } from 'vitest';
import { explanationHtml } from '../../../../core/stitch/explanation/html.ts';
import { explanationsOf } from '../../../support/explanations.ts';

const hostile = `<script>alert("x")</script>&'\u001b[31m`;
const { together, apart } = explanationsOf(hostile);
const { together: _, ...bare } = together;

describe('a page that explains', () => {
  test.each([
    ['why two records are one person', together],
    ['why they are apart', apart],
    ['what two records say to each other', bare],
  ])('%s shows values as text, whatever they hold', (_, explanation) => {
    const html = explanationHtml(explanation);
    expect(html).toContain('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;&#38;&#39;');
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/(src|href)=/);
  });

  test('draws each step of the weights from where the last one ended', () => {
    const html = explanationHtml(together);
    expect(html).toContain('margin-left:0.00rem;width:10.00rem');
    expect(html).toContain('margin-left:0.00rem;width:12.00rem');
    expect(html).toContain('margin-left:11.50rem;width:0.50rem');
  });
});
