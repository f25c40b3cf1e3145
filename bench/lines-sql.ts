/** Of four orders one has a line, one two, one three and one four: ten lines. */
const orderOf10 = [0, 1, 1, 2, 2, 2, 3, 3, 3, 3];
const lineOf10 = [0, 0, 1, 0, 1, 2, 0, 1, 2, 3];

export interface LineRange {
  from: number;
  to: number;
  /** Customer records that may have ordered. */
  customers: number;
  /** When they were ordered: `TIMESTAMP`, and how many seconds from it. */
  since: string;
  seconds: number;
}

/** Order lines of a range of numbers; few customers order much, and six orders in a hundred take something back. */
export function linesSql({ from, to, customers, since, seconds }: LineRange): string {
  return `
WITH line AS (
  SELECT n, n // 10 * 4 + [${orderOf10}][1 + n % 10] AS o, [${lineOf10}][1 + n % 10] AS k FROM numbers AS lines(n) WHERE n >= ${from} AND n < ${to}
), priced AS (
  SELECT n, o, (draw(o, 'product', 2000) + k * 37) % 2000 AS product,
    995 + draw(product, 'price', 200) * 100 AS price,
    CASE WHEN chance(o, 'return', 6) THEN -1 ELSE 1 END * (1 + draw(n, 'quantity', 20) // 17) AS quantity,
    price * quantity AS subtotal, subtotal * [0, 0, 0, 10, 20][1 + draw(n, 'discount', 5)] // 100 AS discount,
    strftime(TIMESTAMP '${since}' + to_seconds(draw(o, 'ordered', ${seconds})), '%Y-%m-%dT%H:%M:%SZ') AS ordered_at
  FROM line
)
SELECT 'O' || serial(o) AS order_id, 'A' || (10000 + product)::VARCHAR AS product_id,
  customer_of(${customers} * draw(o, 'who', 1000) // 1000 * draw(o, 'how often', 1000) // 1000) AS customer_id,
  ordered_at, quantity, printf('%.2f', price / 100) AS list_price, printf('%.2f', discount / 100) AS discount,
  printf('%.2f', (subtotal - discount) / 100) AS revenue, '0.00' AS order_discount,
  quantity < 0 AS is_return, false AS is_cancellation, ['Acme', 'Acme', 'Acme Kids'][1 + draw(o, 'brand', 3)] AS brand,
  CASE WHEN chance(o, 'store', 40) THEN 'store' ELSE 'web' END AS channel,
  CASE WHEN channel = 'store' THEN 'ST' || lpad(draw(o, 'till', 40)::VARCHAR, 2, '0') ELSE 'web' END AS store_id,
  'USD' AS currency, ordered_at AS updated_at
FROM priced`;
}
