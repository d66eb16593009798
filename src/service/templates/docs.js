// Gives the parts of Swagger UI the names, roles and levels that it leaves out, whenever it draws them.
(() => {
  const page = document.getElementById("swagger-ui");

  const set = (element, name, value) => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };

  // Selector, attribute, and its value or the function that returns it. Null removes the attribute.
  const attributes = [
    ["#servers", "aria-label", "Server"],
    [".operation-filter-input", "aria-label", "Filter by tag"],
    [".opblock-tag", "aria-level", "2"],
    [".opblock-section-header h4, .opblock-title, .responses-inner h4, .responses-inner h5", "aria-level", "3"],
    [".models h4, .modal-ux-header h3", "aria-level", "2"],
    [".auth-container h4", "aria-level", "3"],
    [".parameters select, .parameters input, .parameters textarea", "aria-label", ofParameter],
    [".body-param__text", "aria-label", "Request body"],
    [".opblock-section-request-body select, .responses-inner select", "aria-label", "Media type or example"],
    [".responses-table", "aria-label", ofResponses],
    [".copy-to-clipboard button", "aria-label", "Copy"],
    [".close-modal", "aria-label", "Close"],
    [".modal-btn.authorize", "aria-label", (it) => it.textContent],
    ["pre.microlight", "tabindex", "0"],
    // A link inside a button cannot be reached; the button does the same.
    [".opblock-summary-control a", "href", null],
  ];

  function ofParameter(element) {
    return element.closest("[data-param-name]")?.dataset.paramName ?? element.ariaLabel ?? "Value";
  }

  function ofResponses(table) {
    const what = table.classList.contains("live-responses-table") ? "Response of the server" : "Responses";
    return `${what}: ${table.closest(".opblock")?.id ?? ""}`;
  }

  const complete = () => {
    for (const [selector, name, value] of attributes) {
      for (const element of page.querySelectorAll(selector)) {
        if (value === null) element.removeAttribute(name);
        else set(element, name, typeof value === "function" ? value(element) : value);
      }
    }
  };
  new MutationObserver(complete).observe(page, { childList: true, subtree: true });
})();
