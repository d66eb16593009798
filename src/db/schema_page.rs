//! The page `docs/schema.md`: the tables of a database as an entity-relationship diagram for each theme. A table's
//! comment states its theme and what the table holds, as `Theme: description`.

use std::fmt::Write;

use tokio_postgres::{Client, Error, Row};

const HEAD: &str = "\
# The schema

For everyone who writes a migration, a query or a report on the database: each table, what it holds, and how the tables
refer to each other.

`section55 schema` generates this page from a migrated database, and a test compares it. `migrations/` defines the tables.
`schema/` has the functions, triggers, views, row security and grants, which are applied anew after every migration. Tables
without a prefix are in the schema `record`, where row security decides which rows a caller sees. The schema `published` is
public. The schema `past` has views that answer as of an earlier time.
";

/// A table with its columns and references, in the order in which it was created.
struct Table {
    name: String,
    theme: String,
    description: String,
    row_security: bool,
    columns: Vec<String>,
    references: Vec<(String, String)>,
}

/// Returns the page for the database that the client is connected to.
///
/// # Errors
/// When PostgreSQL refuses the query, for example because the schema does not exist.
pub async fn schema_page(client: &Client) -> Result<String, Error> {
    let rows = client.query(TABLES, &[]).await?;
    let tables: Vec<Table> = rows.iter().map(table).collect::<Result<_, Error>>()?;
    let mut themes: Vec<&str> = Vec::new();
    for table in &tables {
        if !themes.contains(&table.theme.as_str()) {
            themes.push(&table.theme);
        }
    }
    let mut page = HEAD.to_owned();
    for theme in themes {
        let of_theme: Vec<&Table> = tables.iter().filter(|table| table.theme == theme).collect();
        page.push_str(&section(theme, &of_theme));
    }
    Ok(page)
}

/// Returns one row for each table: name, comment, row security, columns (`type name key`), and references (`table
/// columns`).
const TABLES: &str = "
    with tables as (
        select c.oid, c.relname, c.relrowsecurity, obj_description(c.oid, 'pg_class') as comment,
               case when c.relnamespace = 'record'::regnamespace then '' else c.relnamespace::regnamespace || '.' end as prefix
        from pg_class c
        where c.relkind = 'r' and c.relnamespace in ('record'::regnamespace, 'published'::regnamespace)
    )
    select t.prefix || t.relname, t.comment, t.relrowsecurity,
           array(select concat_ws(' ', replace(format_type(a.atttypid, null), 'timestamp with time zone', 'timestamptz'),
                                  a.attname,
                                  nullif(concat_ws(', ',
                                      case when exists (select from pg_constraint k
                                                        where k.conrelid = t.oid and k.contype = 'p'
                                                          and a.attnum = any (k.conkey)) then 'PK' end,
                                      case when exists (select from pg_constraint k
                                                        where k.conrelid = t.oid and k.contype = 'f'
                                                          and a.attnum = any (k.conkey)) then 'FK' end), ''))
                 from pg_attribute a
                 where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
                 order by a.attnum),
           array(select o.prefix || o.relname || ' ' ||
                        (select string_agg(a.attname, ', ' order by position)
                         from unnest(k.conkey) with ordinality as key(attnum, position)
                         join pg_attribute a on a.attrelid = t.oid and a.attnum = key.attnum)
                 from pg_constraint k
                 join tables o on o.oid = k.confrelid
                 where k.conrelid = t.oid and k.contype = 'f'
                 order by k.conname)
    from tables t
    where t.relname <> 'refinery_schema_history'
    order by t.oid";

fn table(row: &Row) -> Result<Table, Error> {
    let comment: Option<String> = row.try_get(1)?;
    let comment = comment.unwrap_or_default();
    let (theme, description) = comment.split_once(": ").unwrap_or(("Without a comment", &comment));
    let references: Vec<String> = row.try_get(4)?;
    let pair = |reference: &String| reference.split_once(' ').map(|(to, by)| (to.to_owned(), by.to_owned()));
    Ok(Table {
        name: row.try_get(0)?,
        theme: theme.to_owned(),
        description: description.to_owned(),
        row_security: row.try_get(2)?,
        columns: row.try_get(3)?,
        references: references.iter().filter_map(pair).collect(),
    })
}

fn section(theme: &str, tables: &[&Table]) -> String {
    let mut text = format!("\n## {theme}\n\n| table | holds | row security |\n|---|---|---|\n");
    for table in tables {
        let security = if table.row_security { "yes" } else { "no" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{}` | {} | {security} |", table.name, table.description);
    }
    text.push_str("\n```mermaid\nerDiagram\n");
    for table in tables {
        let _ = writeln!(text, "    \"{}\" {{", table.name);
        for column in &table.columns {
            let _ = writeln!(text, "        {column}");
        }
        text.push_str("    }\n");
    }
    for table in tables {
        for (to, by) in &table.references {
            let _ = writeln!(text, "    \"{}\" }}o--|| \"{to}\" : \"{by}\"", table.name);
        }
    }
    text.push_str("```\n");
    text
}
