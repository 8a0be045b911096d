-- The columns of all tables and views that are not the system's, in their order.
SELECT c.table_schema, c.table_name, t.table_type, t.table_rows, c.column_name, c.data_type,
       c.extra LIKE '%auto_increment%', c.privileges LIKE '%select%'
FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
  AND c.table_schema = :schema
ORDER BY c.table_schema, c.table_name, c.ordinal_position
