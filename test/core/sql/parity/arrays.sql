select contains(array[1,null],2), contains(array[1,null],1), contains(array[1,2],3), contains(array['a'],'a'), contains(null, 1);
select array_join(array['a',null,'b'],','), array_join(array[1,null],',','n'), array_join(array[1.5e0,2e0],','), array_join(array[],','), array_join(array[true,false],'/');
select array_distinct(array[3,1,null,1,null]), array_sort(array[3,null,1]), array_sort(array['b','a','Z']), array_distinct(array['b','a','b']), array_distinct(array[]);
select element_at(array[1,2],-1), element_at(array[1,2],5), element_at(array[1,2],1), cardinality(array[]), cardinality(array[1,null]), array[1,2,3][2];
select element_at(array[1],0);
select array[1][2];
select array_max(array[1,null]), array_max(array[1,2]), array_min(array['b','a']), array_max(array[]), array_position(array[1,2],5), array_position(array[1,2],2), array_position(array[1,null], null);
select slice(array[1,2,3],2,5), slice(array[1,2,3],1,2), slice(array['a'],1,0), sequence(1,5,2), sequence(3,1), sequence(1,3), sequence(5,1,-2);
select sequence(date '2020-01-01', date '2020-01-03', interval '1' day), sequence(date '2020-01-31', date '2020-04-30', interval '1' month), sequence(date '2020-01-01', date '2020-01-03');
select any_match(array[1], x -> x > 1), any_match(array[null,1], x -> x > 1), all_match(array[null,2], x -> x > 1), none_match(array[1,null], x -> x > 1), any_match(array[null,2], x -> x > 1), all_match(array[null,0], x -> x > 1), filter(array[1,null,2], x -> x > 1), transform(array[1,null], x -> x + 1);
select id, transform(split(tags, ','), t -> upper(t)), filter(split(tags, ','), t -> t <> ''), any_match(split(tags, ','), t -> t = 'vip') from customers;
select id, t.tag from customers cross join unnest(split(tags, ',')) as t(tag);
select id, tag, n from customers cross join unnest(split(tags, ',')) with ordinality as t(tag, n);
select c.id, u.tag from customers c left join unnest(split(c.tags, ',')) as u(tag) on true;
select x, y from unnest(array[1,2,3], array['a','b']) as t(x, y);
select x, y, o from unnest(array[1], array['a','b']) with ordinality as t(x, y, o);
select d from unnest(sequence(date '2024-01-01', date '2024-01-05', interval '1' day)) as t(d);
select count(*), sum(x) from unnest(sequence(1, 100)) as t(x);
select customer_id, array_agg(order_id order by ordered_at, order_id), array_agg(distinct channel order by channel) from orders group by customer_id;
select customer_id, array_join(array_sort(array_agg(distinct channel)), ',') from orders group by customer_id;
select customer_id, cardinality(array_agg(amount)), cardinality(array_agg(channel) filter (where channel is not null)) from orders group by customer_id;
select array_agg(x order by x desc nulls first) from (values 1, null, 3) t(x);
select array[1,2] || array[3], array['a'] || array['b'];
-- words of an address spelled out, those for a flat left out
select id, array_join(transform(filter(split(upper(name), ' '), word -> word not in ('APT', 'LEE')), word -> case word when 'ANN' then 'HANNAH' when 'Ö' then 'OE' else word end), ' ') as spelled
from customers;
