-- customers
select id, name, email, cast(birthdate as date) as birthdate, cast(created_at as timestamp(6)) as created_at, score, active, cast(visits as bigint) as visits,
  cast(spend as decimal(38,4)) as spend, tags, country
from (values
  ('c1', 'Ann Lee', 'Ann.Lee@Example.com', '1980-02-29', '2024-01-31 10:15:30.123456', 1.5e0, true, 3, '120.5000', 'vip,news', 'US'),
  ('c2', 'Björn Ångström', 'bjorn@example.se', '1990-12-31', '2024-02-29 23:59:59.999999', -0.25e0, false, 0, '0.0000', '', 'SE'),
  ('c3', null, null, null, null, null, null, null, null, null, null),
  ('c4', '  Zoë  O''Hara ', 'ZOE@EXAMPLE.COM', '2000-01-01', '1999-12-31 00:00:00', 1e20, true, 9007199254740993, '-12345678901234.5678', 'news', 'IE'),
  ('c5', '李小龍', 'li@example.cn', '1940-11-27', '1960-06-15 12:00:00.5', 0e0, true, -1, '0.3333', 'vip,,x', 'CN'),
  ('c6', 'ann lee', 'ann.lee@example.com', '1980-02-29', '2024-03-01 00:00:00', 2.5e0, false, 3, '120.5000', 'NEWS', 'US'),
  ('c7', '', '', '1972-06-30', '2024-12-31 23:00:00', 1e-7, null, 1, '99999999.9999', 'a,b,c', 'us')
) as t(id, name, email, birthdate, created_at, score, active, visits, spend, tags, country);
-- orders
select order_id, customer_id, cast(ordered_at as timestamp(6)) as ordered_at, cast(amount as decimal(38,4)) as amount, cast(quantity as bigint) as quantity, channel, is_return, discount
from (values
  ('o1', 'c1', '2024-01-05 08:30:00', '19.9900', 1, 'web', false, 0.1e0),
  ('o2', 'c1', '2024-02-29 12:00:00', '5.0000', 2, 'store', false, 0e0),
  ('o3', 'c1', '2024-02-29 12:00:00', '-5.0000', -1, 'store', true, null),
  ('o4', 'c2', '2023-12-31 23:59:59.5', '1000.0001', 10, 'web', false, 0.3333333333e0),
  ('o5', 'c4', '2024-03-31 01:30:00', '0.0000', 0, null, null, 1e0),
  ('o6', 'c4', '2024-10-27 01:30:00.000001', '49.9950', 3, 'web', false, 0.05e0),
  ('o7', 'c9', '2024-06-30 18:45:10', '7.7700', 1, 'phone', false, 0e0),
  ('o8', null, null, null, null, 'web', true, null),
  ('o9', 'c5', '2022-01-01 00:00:00', '250.0000', 5, 'Web', false, 0.2e0),
  ('o10', 'c5', '2024-01-31 10:00:00', '250.0000', 5, 'store', false, 0.2e0),
  ('o11', 'c6', '2024-02-28 09:00:00', '33.3333', 1, 'web', false, 0.15e0),
  ('o12', 'c2', '2024-01-01 00:00:00', '12.3400', 2, 'phone', true, 0e0)
) as t(order_id, customer_id, ordered_at, amount, quantity, channel, is_return, discount);
-- payloads
select n, body from (values
  (1, '{"name":"Ann","price":19.99,"tags":["a","b"],"address":{"city":"Paris","lines":["1 rue","x"]},"ok":true,"none":null,"n":5}'),
  (2, '{"name":"Zo\u00eb \"Z\"","price":1.0,"tags":[],"address":{},"n":12345678901234567}'),
  (3, '[1,2,{"a":3}]'), (4, 'bad'), (5, ''), (6, null), (7, '{"first name":"x","n":-7,"name":{"a":1}}'), (8, '"text"'), (9, '42')
) as t(n, body);
