import { group, withIds } from './tag.ts';

const product = `product-name product-description product-gender product-group product-msrp product-sku product-silhouette
  product-style product-type product-upc ${withIds(`product-category product-subcategory product-brand product-class
  product-subclass product-collection product-color product-department product-subdepartment product-division product-fabric
  product-material product-season product-size`)}`;

/** Tags of what was bought, of products and of the fiscal calendar (reference §2.4). */
export const purchaseTags = [
  ...group(
    'txn-item',
    `order-id* product-id* order-datetime*:datetime item-quantity*:number item-revenue*:number
    order-discount-amount*:number is-return*:boolean is-cancellation*:boolean purchase-brand* purchase-channel* store-id*
    customer-id currency:string digital-channel item-cost:number item-discount-amount:number item-discount-percent:number
    item-list-price:number item-profit:number item-subtotal:number item-tax-amount:number payment-method unit-cost:number
    unit-discount-amount:number unit-list-price:number unit-profit:number unit-revenue:number unit-subtotal:number
    unit-tax-amount:number ${product}`,
  ),
  ...group('pc', `product-id ${product}`),
  ...group(
    'fiscal',
    `calendar-date*:time fiscal-month* fiscal-quarter* fiscal-week-number* fiscal-week-start* fiscal-year* day-of-week
    holiday-sale-name`,
  ),
];
