import { type Random, type Weighted, weighted } from './random.ts';

export interface Product {
  sku: string;
  name: string;
  category: string;
  subcategory: string;
  brand: string;
  gender: string;
  color: string;
  size: string;
  season: string;
  material: string;
  /** Cents. */
  price: number;
  cost: number;
}

/** Category, subcategory, lowest and highest price in whole dollars. */
const kinds: [string, string, number, number][] = [
  ['Tops', 'T-Shirts', 15, 40],
  ['Tops', 'Shirts', 35, 90],
  ['Tops', 'Sweaters', 45, 140],
  ['Bottoms', 'Jeans', 50, 130],
  ['Bottoms', 'Chinos', 45, 95],
  ['Bottoms', 'Skirts', 35, 90],
  ['Outerwear', 'Jackets', 80, 260],
  ['Outerwear', 'Coats', 120, 380],
  ['Shoes', 'Sneakers', 60, 160],
  ['Shoes', 'Boots', 90, 240],
  ['Accessories', 'Scarves', 20, 70],
  ['Accessories', 'Belts', 20, 60],
  ['Accessories', 'Bags', 40, 220],
  ['Home', 'Candles', 12, 45],
  ['Home', 'Throws', 35, 120],
];
const colors = ['Black', 'White', 'Navy', 'Olive', 'Rust', 'Sand', 'Charcoal', 'Sky'];
const materials = ['Cotton', 'Wool', 'Linen', 'Denim', 'Leather', 'Recycled Polyester'];
const styles = ['Harbor', 'Ridge', 'Meadow', 'Summit', 'Coast', 'Prairie', 'Canyon', 'Grove', 'Lake', 'Timber'];

/** 400 products, a few of them sold far more than the rest. */
export function makeCatalog(random: Random): Weighted<Product> {
  const products = Array.from({ length: 400 }, (_, index): [Product, number] => {
    const [category, subcategory, low, high] = random.pick(kinds);
    const [color, price] = [random.pick(colors), random.between(low, high) * 100 - 5];
    const worn = category !== 'Home' && category !== 'Accessories';
    const product = {
      sku: `A${String(10_000 + index * 7)}`,
      name: `${random.pick(styles)} ${color} ${subcategory}`,
      category,
      subcategory,
      brand: random.chance(0.2) ? 'Acme Kids' : 'Acme',
      gender: worn ? random.pick(['Women', 'Men', 'Unisex']) : 'Unisex',
      color,
      size: worn ? random.pick(['XS', 'S', 'M', 'L', 'XL']) : 'One Size',
      season: random.pick(['Spring', 'Summer', 'Fall', 'Winter', 'Always']),
      material: random.pick(materials),
      price,
      cost: Math.round(price * (0.35 + random.fraction() * 0.2)),
    };
    return [product, 1 / (index + 20)];
  });
  return weighted(products);
}
