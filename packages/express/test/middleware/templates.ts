/** The views of the app in apps/views.ts: the same pages in four languages. */

const handlebars = {
  index: '<h1>{{upper title}}</h1><p>{{greeting}}</p><ul>{{#each items}}{{> item}}{{/each}}</ul>',
  // The partial is not reached while the templates are compiled without data.
  user: '{{#if user}}{{> user}}{{else}}nobody{{/if}}',
  fails: '{{noSuchHelper data "x"}}',
  layout: '<title>{{title}} - {{site}}</title>{{{body}}}',
  item: '<li>{{this}}</li>',
  userPartial: '<b>{{user.name}}</b>',
}

export const templates: Record<string, string> = {
  'views/index.ejs':
    "<%- include('partials/head') %><h1><%= title.toUpperCase() %></h1><p><%= locals.greeting %></p>" +
    "<ul><% for (const item of items) { -%><%- include('partials/item', { item }) %><% } -%></ul>",
  'views/user.ejs': "<% if (user) { %><%- include('partials/user') %><% } else { %>nobody<% } %>",
  'views/fails.ejs': '<%= data.missing.field %>',
  'views/partials/head.ejs': '<title><%= title %> - <%= site %></title>',
  'views/partials/item.ejs': '<li><%= item %></li>',
  'views/partials/user.ejs': '<b><%= user.name %></b>',

  'pug/index.pug':
    'extends layout\ninclude mixins\nblock content\n  h1= title.toUpperCase()\n  p= greeting\n  ul\n    each text in items\n      +item(text)\n',
  'pug/layout.pug': 'title #{title} - #{site}\nblock content\n',
  'pug/mixins.pug': 'mixin item(text)\n  li= text\n',
  'pug/user.pug': 'if user\n  include partials/user\nelse\n  | nobody\n',
  'pug/partials/user.pug': 'b= user.name\n',
  'pug/fails.pug': '= data.missing.field\n',

  'hbs/index.hbs': handlebars.index,
  'hbs/user.hbs': handlebars.user,
  'hbs/fails.hbs': handlebars.fails,
  'hbs/layout.hbs': handlebars.layout,
  'hbs/partials/item.hbs': handlebars.item,
  'hbs/partials/user.hbs': handlebars.userPartial,

  'handlebars/index.handlebars': handlebars.index,
  'handlebars/user.handlebars': handlebars.user,
  'handlebars/fails.handlebars': handlebars.fails,
  'handlebars/layouts/main.handlebars': handlebars.layout,
  'handlebars/partials/item.handlebars': handlebars.item,
  'handlebars/partials/user.handlebars': handlebars.userPartial,
}
