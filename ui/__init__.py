"""The Streamlit interface: state, texts, charts and the parts of each page."""
